"""How many rewards there are of each kind, category, partner and price."""

import strawberry

from domain.program.rewards import RewardKind
from domain.rewards.wanted import Facets
from resolvers.scalars import Points


@strawberry.type
class KindCount:
    """So many rewards are of a kind."""

    kind: RewardKind
    count: int


@strawberry.type
class CategoryCount:
    """So many rewards are of a category."""

    category: str
    count: int


@strawberry.type
class PartnerCount:
    """So many rewards are of the partner of a code."""

    partner: str
    count: int


@strawberry.type
class PriceBand:
    """So many rewards are listed at `minCost` to `maxCost`, both included; null: no bound."""

    min_cost: Points | None
    max_cost: Points | None
    count: int


@strawberry.type
class RewardFacets:
    """What to choose from: most first, at most 100 of each; prices rise. What would find nothing is left out.

    Each is counted under all of the filter but the choice of itself.
    """

    kinds: list[KindCount]
    categories: list[CategoryCount]
    partners: list[PartnerCount]
    prices: list[PriceBand]


def facets_of(found: Facets) -> RewardFacets:
    """As the API has them."""
    return RewardFacets(
        kinds=[KindCount(kind=RewardKind(one.code), count=one.count) for one in found.kinds],
        categories=[CategoryCount(category=one.code, count=one.count) for one in found.categories],
        partners=[PartnerCount(partner=one.code, count=one.count) for one in found.partners],
        prices=[
            PriceBand(min_cost=_points(band.min_cost), max_cost=_points(band.max_cost), count=band.count)
            for band in found.prices
        ],
    )


def _points(cost: int | None) -> Points | None:
    return None if cost is None else Points(cost)
