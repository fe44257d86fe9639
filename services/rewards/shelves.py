"""The catalog in memory: the shelf and the search index of each version, made once for this process."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from domain.program.program import Program
from domain.rewards.orders import RewardOrder
from domain.rewards.search.find import Found, find
from domain.rewards.search.index import Index, index_of
from domain.rewards.shelf import Shelf, newest_first, shelf_of
from mongo.rewards import Rewards

_KEPT = 2
"""Versions: the one in force, and the one before, which requests on their way may still ask for."""
_AT_ONCE = 500
"""So many rewards are looked at between two turns of everybody else; more, in a thread."""
_ASKED_AGAIN_AFTER = 2.0
_SEARCHES, _PLACES = 200, 200_000
"""So many searches are kept, of so many rewards in all."""
_Made = TypeVar("_Made")


@dataclass(slots=True, eq=False)
class _Kept:
    """What is kept of one version. `whole`: the store has said of every reward when it was listed first."""

    program: Program
    shelf: "asyncio.Task[Shelf]"
    index: "asyncio.Task[Index] | None" = None
    whole: bool = False
    ask_at: float = 0.0


class Shelves:
    """The shelves of one process. Two callers who want the same wait for the same."""

    def __init__(self, rewards: Rewards, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rewards = rewards
        self._monotonic = monotonic
        self._kept: dict[int, _Kept] = {}
        self._searches: dict[tuple[int, str], Found | None] = {}
        self._places = 0

    async def shelf(self, program: Program, order: RewardOrder = RewardOrder.FEATURED) -> Shelf:
        """The shelf of a version; by NEWEST with what the store says of when rewards were listed first."""
        kept = self._of(program)
        shelf = await _done(kept.shelf)
        if order is RewardOrder.NEWEST and not kept.whole and self._monotonic() >= kept.ask_at:
            kept.ask_at = self._monotonic() + _ASKED_AGAIN_AFTER
            shelf = await self._dated(kept, shelf)
        return shelf

    async def prepare(self, program: Program) -> None:
        """Makes what a version's first callers would wait for."""
        await self.shelf(program)
        await self._index(program)

    def is_prepared(self, program: Program) -> bool:
        """Whether nobody who looks through this version has to wait for it."""
        kept = self._kept.get(program.version)
        return kept is not None and kept.index is not None and kept.index.done()

    async def search(self, program: Program, text: str) -> Found | None:
        """What a search finds; None for one that asks nothing. The last ones are kept for their next pages."""
        key = (program.version, text)
        if key in self._searches:
            return self._searches[key]
        found = find(await self._index(program), text)
        if key not in self._searches:
            self._remember(key, found)
        return found

    def _remember(self, key: tuple[int, str], found: Found | None) -> None:
        self._searches[key] = found
        self._places += len(found.scores) if found else 0
        while len(self._searches) > 1 and (len(self._searches) > _SEARCHES or self._places > _PLACES):
            oldest = self._searches.pop(next(iter(self._searches)))
            self._places -= len(oldest.scores) if oldest else 0

    async def _index(self, program: Program) -> Index:
        kept = self._of(program)
        if kept.index is None:
            kept.index = asyncio.ensure_future(_made(program, index_of))
        return await _done(kept.index)

    def _of(self, program: Program) -> _Kept:
        kept = self._kept.get(program.version)
        if kept is None or kept.program.rewards is not program.rewards or _failed(kept.shelf):
            kept = _Kept(program, asyncio.ensure_future(_made(program, shelf_of)))
            self._kept.pop(program.version, None)
            self._kept[program.version] = kept
            self._searches.clear()
            self._places = 0
            for version in list(self._kept)[:-_KEPT]:
                del self._kept[version]
        return kept

    async def _dated(self, kept: _Kept, shelf: Shelf) -> Shelf:
        added = await self._rewards.added()
        kept.whole = shelf.places.keys() <= added.keys()
        codes = [reward.code for reward in shelf.rewards]
        newest = await _aside(len(codes), lambda: newest_first(codes, added))
        dated = replace(shelf, orders={**shelf.orders, RewardOrder.NEWEST: newest})
        kept.shelf = asyncio.ensure_future(_at_hand(dated))
        return dated


async def _made(program: Program, make: Callable[[Program], _Made]) -> _Made:
    return await _aside(len(program.rewards), lambda: make(program))


async def _aside(size: int, make: Callable[[], _Made]) -> _Made:
    """Here when it is quick, else in a thread, so that everybody else is served meanwhile."""
    return make() if size <= _AT_ONCE else await asyncio.to_thread(make)


async def _done(task: "asyncio.Task[_Made]") -> _Made:
    # Whoever gives up waiting does not take it from the others.
    return await asyncio.shield(task)


async def _at_hand(made: _Made) -> _Made:
    return made


def _failed(task: "asyncio.Task[Shelf]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
