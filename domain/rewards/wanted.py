"""What is looked for in the catalog, beside a search: which rewards a filter lets through, how many of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from domain.program.rewards import RewardKind
from domain.rewards.shelf import Shelf

MOST_FACETS = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rewards of any of these kinds, of any of these categories, of any of these partners, at list prices from
    `min_cost` to `max_cost`; what is empty or None asks nothing."""

    kinds: tuple[RewardKind, ...] = ()
    categories: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    min_cost: int | None = None
    max_cost: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many rewards are of something, named by `code`."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Band:
    """How many rewards cost from `min_cost` to `max_cost`, both included; None: no bound."""

    min_cost: int | None
    max_cost: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How many rewards there would be with another choice of each, everything else as it is wanted.

    Most first, at most 100 of each; what would find nothing is left out. Prices rise.
    """

    kinds: tuple[Count, ...]
    categories: tuple[Count, ...]
    partners: tuple[Count, ...]
    prices: tuple[Band, ...]


def matching(shelf: Shelf, wanted: Wanted) -> int | None:
    """The set that a filter lets through; None for all."""
    masks = [
        _any_of(shelf.kinds, wanted.kinds),
        _any_of(shelf.categories, wanted.categories),
        _any_of(shelf.partners, wanted.partners),
        None if wanted.max_cost is None else shelf.costs.at_most(wanted.max_cost),
        None if wanted.min_cost is None else shelf.all & ~shelf.costs.at_most(wanted.min_cost - 1),
    ]
    return met(*masks)


def met(*masks: int | None) -> int | None:
    """What is in all of these sets; None is the set of everything."""
    found: int | None = None
    for mask in masks:
        if mask is not None:
            found = mask if found is None else found & mask
    return found


def facets(shelf: Shelf, wanted: Wanted, within: int | None) -> Facets:
    """The facets of a filter; `within` is what else is asked, such as a search."""

    def without(**left_out: object) -> int:
        found = met(matching(shelf, replace(wanted, **left_out)), within)  # type: ignore[arg-type]
        return shelf.all if found is None else found

    return Facets(
        kinds=_counts(shelf.kinds, without(kinds=())),
        categories=_counts(shelf.categories, without(categories=())),
        partners=_counts(shelf.partners, without(partners=())),
        prices=_bands(shelf, without(min_cost=None, max_cost=None)),
    )


def _any_of(sets: Mapping[str, int], names: Iterable[str]) -> int | None:
    names = tuple(names)
    return reduce(or_, (sets.get(name, 0) for name in names)) if names else None


def _counts(sets: Mapping[str, int], within: int) -> tuple[Count, ...]:
    counted = ((name, (mask & within).bit_count()) for name, mask in sets.items())
    found = sorted(((name, count) for name, count in counted if count), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Count(name, count) for name, count in found[:MOST_FACETS])


def _bands(shelf: Shelf, within: int) -> tuple[Band, ...]:
    found, below, least = [], 0, None
    for bound in (*shelf.bands, None):
        upto = within if bound is None else within & shelf.costs.at_most(bound)
        found.append(Band(least, bound, upto.bit_count() - below))
        below, least = upto.bit_count(), None if bound is None else bound + 1
    return tuple(band for band in found if band.count)
