"""The listed rewards of one version of the programme, made once to be looked through in no time.

What a plain page costs does not depend on how many rewards there are; what a filter costs is some microseconds for
each of its words. Nothing here is of one member, and nothing changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.program.program import Program
from domain.program.rewards import Reward
from domain.rewards.masks import Rising, bytes_of, full, has, mask_of, places_in
from domain.rewards.orders import Order, Position, RewardOrder
from domain.time import to_ms

_FAR = 2_000
"""So many are looked at one by one; of a set whose next is farther off all are put in order."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One reward on a page, with what its cursor carries."""

    place: int
    position: Position


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """All rewards by place, 0 the first of the file, and sets of them by what they are.

    `tiers`: by the lowest that may have them, "" for all. `cheapest`: by currency, of the lowest price that anyone
    has; `listed_at`: of the list prices. `special`: whose price, stock or giving depends on more than that.
    `varied`: whether any reward has variants. `pooled`: by the pool whose codes they give.
    """

    rewards: Sequence[Reward]
    places: Mapping[str, int]
    orders: Mapping[RewardOrder, Order]
    kinds: Mapping[str, int]
    categories: Mapping[str, int]
    partners: Mapping[str, int]
    tiers: Mapping[str, int]
    costs: Rising
    listed_at: Mapping[str, Rising]
    cheapest: Mapping[str, Rising]
    opens: Rising
    closes: Rising
    special: int
    varied: bool
    pooled: Mapping[str, int]
    bands: tuple[int, ...]

    @property
    def all(self) -> int:
        """The set of all rewards."""
        return full(len(self.rewards))

    def set_of(self, codes: Iterable[str]) -> int:
        """The set of the rewards of these codes; others are passed over."""
        places = (self.places.get(code) for code in codes)
        return mask_of((place for place in places if place is not None), len(self.rewards))

    def walk(self, order: RewardOrder, mask: int | None, after: Position | None = None) -> Iterator[Slot]:
        """Those of a set (None: all) behind a position, in an order, found as they are asked for."""
        ordered = self.orders[order]
        start = ordered.behind(after)
        ranks = range(start, len(ordered.places)) if mask is None else _ranks(ordered, mask, start)
        return (Slot(ordered.places[rank], ordered.position(rank)) for rank in ranks)


def _ranks(ordered: Order, mask: int, start: int) -> Iterator[int]:
    """The ranks from `start` on that are in a set: looked for one by one while that is quick, then sorted."""
    bits, places = bytes_of(mask), ordered.places
    far = min(start + _FAR, len(places))
    yield from (rank for rank in range(start, far) if has(bits, places[rank]))
    if far < len(places):
        rest = (ordered.ranks[place] for place in places_in(mask))
        yield from sorted(rank for rank in rest if rank >= far)


def shelf_of(program: Program, added: Mapping[str, datetime] | None = None) -> Shelf:
    """The shelf of a programme; `added` says when rewards were listed first. Some 0.5 s for 50,000 rewards."""
    rewards, size = program.rewards, len(program.rewards)
    codes = [reward.code for reward in rewards]
    costs = [reward.cost for reward in rewards]
    most = [(index, reward) for index, reward in enumerate(rewards)]
    by_cost = {sign: Order.of(codes, costs, sign=sign) for sign in (1, -1)}
    currencies = [program.currency_code(reward.currency) for reward in rewards]
    return Shelf(
        rewards=rewards,
        places={code: place for place, code in enumerate(codes)},
        orders={
            RewardOrder.FEATURED: Order(range(size), range(size), range(size), codes, 1),
            RewardOrder.COST_ASC: by_cost[1],
            RewardOrder.COST_DESC: by_cost[-1],
            RewardOrder.NEWEST: newest_first(codes, added or {}),
        },
        kinds=_sets(((reward.kind.value, place) for place, reward in most), size),
        categories=_sets(((name, place) for place, reward in most for name in reward.categories), size),
        partners=_sets(((reward.partner, place) for place, reward in most if reward.partner), size),
        tiers=_sets(((reward.min_tier or "", place) for place, reward in most), size),
        costs=Rising.of(((cost, place) for place, cost in enumerate(costs)), size),
        listed_at=_by_currency(currencies, costs, size),
        cheapest=_by_currency(currencies, [_least(reward) for reward in rewards], size),
        opens=Rising.of(((_ms(reward.available_from, 0), place) for place, reward in most), size),
        closes=Rising.of(((_ms(reward.available_until, _EVER), place) for place, reward in most), size),
        special=mask_of((place for place, reward in most if _is_special(reward)), size),
        varied=any(reward.variants for reward in rewards),
        pooled=_sets(((reward.pool, place) for place, reward in most if reward.pool), size),
        bands=bands_of(by_cost[1].values),
    )


def newest_first(codes: Sequence[str], added: Mapping[str, datetime]) -> Order:
    """The order of when rewards were listed first; those that are about to be listed come before all."""
    return Order.of(codes, [_ms(added.get(code), _EVER) for code in codes], sign=-1)


def bands_of(rising: Sequence[int]) -> tuple[int, ...]:
    """Up to four round prices that part rewards of these costs, which rise, into bands of about the same size."""
    if not rising:
        return ()
    fifths = (rising[len(rising) * part // 5] for part in range(1, 5))
    bounds = sorted({_round(cost) for cost in fifths})
    return tuple(bound for bound in bounds if rising[0] <= bound < rising[-1])


def _round(cost: int) -> int:
    """The number of one or two digits and noughts, in halves, that is nearest below; 1 at least."""
    unit = 10 ** (len(str(cost)) - 1)
    return max(1, cost // (unit // 2 or 1) * (unit // 2 or 1))


_EVER = to_ms(datetime.max.replace(tzinfo=UTC, microsecond=0))


def _ms(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else to_ms(moment)


def _least(reward: Reward) -> int:
    return min((reward.cost, *(price.cost for price in reward.prices)))


def _is_special(reward: Reward) -> bool:
    return bool(reward.prices or reward.limits or reward.variants) or reward.when is not None


def _sets(named: Iterable[tuple[str, int]], size: int) -> dict[str, int]:
    places: dict[str, list[int]] = {}
    for name, place in named:
        places.setdefault(name, []).append(place)
    return {name: mask_of(some, size) for name, some in places.items()}


def _by_currency(currencies: Sequence[str], costs: Sequence[int], size: int) -> dict[str, Rising]:
    pairs: dict[str, list[tuple[int, int]]] = {}
    for place, (currency, cost) in enumerate(zip(currencies, costs, strict=True)):
        pairs.setdefault(currency, []).append((cost, place))
    return {currency: Rising.of(some, size) for currency, some in pairs.items()}
