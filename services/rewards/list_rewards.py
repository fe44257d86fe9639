"""The catalog, in pages: filtered, searched, counted, and as far as one member can have it now."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from domain.members.member import Member
from domain.program.rewards import Reward
from domain.refusals import Refused, invalid
from domain.rewards.eyes import Eyes
from domain.rewards.masks import bytes_of, has, mask_of, places_in
from domain.rewards.orders import Position, RewardOrder
from domain.rewards.reach import Reach, reach_of
from domain.rewards.search.find import Found
from domain.rewards.shelf import Shelf, Slot
from domain.rewards.wanted import Facets, Wanted, facets, matching, met
from services.context import Context
from services.members.active_member import inactive
from services.rewards.judge_reward import judge_reward, limits_asked
from services.rewards.read_rewards import read_rewards
from services.rewards.sold_out import sold_out

__all__ = ["Beholder", "ListRewards", "Look", "Page", "RewardOrder", "Wanted", "look_at_rewards"]

MAX_SEARCH = 200
MAX_NAMES = 100
_JUDGED_AT_ONCE = 100
MOST_JUDGED = 2_000
"""So many are judged one by one for a count; beyond, what price, tier and dates allow is counted."""


@dataclass(frozen=True, slots=True)
class Beholder:
    """Through whose eyes the catalog is looked at."""

    member: Member
    eyes: Eyes


@dataclass(frozen=True, slots=True)
class ListRewards:
    """What to show. `only`: of these codes. `redeemable_by`: only what they can have now, stock and all."""

    wanted: Wanted = field(default_factory=Wanted)
    search: str | None = None
    in_stock_only: bool = False
    only: frozenset[str] | None = None
    redeemable_by: Beholder | None = None
    order: RewardOrder = RewardOrder.FEATURED


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rewards as the programme has them, with the position of each, which a cursor carries."""

    rewards: tuple[Reward, ...]
    positions: tuple[Position, ...]
    has_next: bool


async def look_at_rewards(context: Context, query: ListRewards) -> "Look | Refused":
    """The rewards that a query is about, to be paged through and counted. Refuses filters too long to go by."""
    if len(query.search or "") > MAX_SEARCH:
        return invalid(f"Search for at most {MAX_SEARCH} characters.", "filter", "search")
    for name in ("categories", "partners"):
        if len(getattr(query.wanted, name)) > MAX_NAMES:
            return invalid(f"Name at most {MAX_NAMES} {name}.", "filter", name)
    program = await context.programs.current()
    shelf = await context.shelves.shelf(program, query.order)
    found = await context.shelves.search(program, query.search) if query.search else None
    gone = 0
    if query.in_stock_only or query.redeemable_by:
        gone = await sold_out(context, shelf, context.clock())
    reach = None
    if query.redeemable_by:
        theirs = inactive(query.redeemable_by.member, "") is None
        reach = reach_of(shelf, query.redeemable_by.eyes, gone) if theirs else Reach(0, 0)
    within = met(
        None if found is None else found.mask,
        shelf.all & ~gone if query.in_stock_only else None,
        None if query.only is None else shelf.set_of(query.only),
        None if reach is None else reach.possible,
    )
    return Look(context, query, shelf, found=found, within=within, reach=reach)


class Look:
    """One query over the catalog as it is at this moment; what was judged for one part serves the others."""

    def __init__(
        self,
        context: Context,
        query: ListRewards,
        shelf: Shelf,
        *,
        found: Found | None,
        within: int | None,
        reach: Reach | None,
    ) -> None:
        self._context = context
        self._query = query
        self._shelf = shelf
        self._found = found
        self._within = within
        self._reach = reach
        self._judged: dict[int, bool] = {}

    @property
    def ranked(self) -> bool:
        """Whether the best come first, which a search has in the place of the order of the file."""
        return self._found is not None and self._query.order is RewardOrder.FEATURED

    async def page(self, *, first: int, after: Position | None = None) -> Page:
        """At most `first` rewards behind a position; fewer only at the end of the list."""
        slots = self._slots(met(matching(self._shelf, self._query.wanted), self._within), after)
        shown: list[Slot] = []
        while len(shown) <= first:
            # A few more than are missing: those that are judged may not be theirs.
            missing = first + 1 - len(shown)
            some = list(islice(slots, 2 * missing + 5 if self._reach else missing))
            if not some:
                break
            judged = await self._redeemable([slot.place for slot in some])
            shown += [slot for slot in some if slot.place in judged]
        rewards = self._shelf.rewards
        return Page(
            tuple(rewards[slot.place] for slot in shown[:first]),
            tuple(slot.position for slot in shown[:first]),
            len(shown) > first,
        )

    async def count(self) -> int:
        """How many there are on all pages."""
        mask = await self._settled(met(matching(self._shelf, self._query.wanted), self._within))
        return len(self._shelf.rewards) if mask is None else mask.bit_count()

    async def facets(self) -> Facets:
        """How many of each there would be under another choice."""
        return facets(self._shelf, self._query.wanted, await self._settled(self._within))

    def _slots(self, mask: int | None, after: Position | None) -> Iterator[Slot]:
        if not self.ranked or self._found is None:
            return self._shelf.walk(self._query.order, mask, after)
        ranked, rewards = self._found.ranked, self._shelf.rewards
        start = bisect_right(ranked, after.value, key=lambda pair: pair[0]) if after else 0
        bits = bytes_of(self._found.mask if mask is None else mask)
        behind = islice(ranked, start, None)
        return (Slot(at, Position(value, rewards[at].code)) for value, at in behind if has(bits, at))

    async def _settled(self, mask: int | None) -> int | None:
        """What of a set they can have; what they may have, where more are to be judged than can be."""
        if self._reach is None or mask is None:
            return mask
        open = mask & ~self._reach.certain
        if open.bit_count() > MOST_JUDGED:
            return mask
        certain = mask & self._reach.certain
        places = list(places_in(open))
        found: set[int] = set()
        for start in range(0, len(places), _JUDGED_AT_ONCE):
            found |= await self._redeemable(places[start : start + _JUDGED_AT_ONCE])
        return certain | mask_of(found, len(self._shelf.rewards))

    async def _redeemable(self, places: list[int]) -> set[int]:
        """Which of these they can have now; all, when nobody asks."""
        by, reach = self._query.redeemable_by, self._reach
        if by is None or reach is None:
            return set(places)
        certain = bytes_of(reach.certain)
        unknown = [place for place in places if place not in self._judged and not has(certain, place)]
        if unknown:
            self._judged |= await self._judge(by, unknown)
        return {place for place in places if has(certain, place) or self._judged[place]}

    async def _judge(self, by: Beholder, places: list[int]) -> dict[int, bool]:
        context, codes = self._context, {self._shelf.rewards[place].code: place for place in places}
        live = await read_rewards(context, list(codes))
        asked = [id for reward in live.values() for id in limits_asked(by.eyes, reward)]
        used = await context.rooms.used(asked) if asked else {}
        return {
            place: code in live and judge_reward(context, live[code], by.member, by.eyes, used).redeemable
            for code, place in codes.items()
        }
