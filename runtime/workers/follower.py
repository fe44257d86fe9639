"""Follows the ledger: entries come in, an effect happens, then the place in the log is saved.

A worker that dies between the effect and the saving repeats the effect, so effects are idempotent by
(member, seq). When the place in the log is lost, or was never there, the stream is opened first and then the
heads are compared with what has been done: nothing falls between the two.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from domain.ledger.entry import Entry
from mongo.checkpoints import Checkpoints
from mongo.faults import StoreFault, StoreUnavailable
from mongo.leases import Lease
from mongo.programs import NoProgram
from mongo.streams import Batch, EntryStream, PlaceLost, Streams
from runtime.workers.place import Place

logger = logging.getLogger(__name__)

SAVE_WHEN_IDLE_EVERY = 10.0
"""Seconds after which an idle follower saves its place, so that the log never outgrows it."""
OF_THE_HOUSE = (StoreUnavailable, StoreFault, NoProgram)
"""Faults of the installation and not of an entry: whoever meets them waits, and skips nothing."""


class Follower(Protocol):
    """One thing that follows from entries. An instance lives as long as one lease."""

    name: str

    async def apply(self, entries: Sequence[Entry]) -> None:
        """Makes the effect of entries, a member's in order; the same ones again change nothing."""

    async def is_whole(self) -> bool:
        """Whether what was ever done can be built on; False: `missing` is asked, wherever the log was left."""

    def missing(self, since: datetime | None) -> AsyncIterator[Sequence[Entry]]:
        """Entries whose effect is missing, in pages, a member's in order; more than needed does no harm.

        All recorded before `since` are done; None: nothing was ever done.
        """


@dataclass(frozen=True, slots=True)
class Log:
    """What following needs besides the follower itself."""

    streams: Streams
    checkpoints: Checkpoints
    clock: Callable[[], datetime]


class Outdone(Exception):
    """Another worker has taken over; whatever this one still does is not saved."""


async def follow(log: Log, follower: Follower, lease: Lease, stop: asyncio.Event) -> None:
    """Follows until `stop`. Raises Outdone when the lease has a newer holder, and faults of the store."""
    checkpoint = await log.checkpoints.claim(lease)
    if checkpoint is None:
        raise Outdone(lease.name)
    following = _Following(log, follower, lease, Place.read(checkpoint.value))
    if not await follower.is_whole():
        following.forget_token()
    while not stop.is_set():
        try:
            await following.run(stop)
        except PlaceLost as error:
            logger.warning("the place in the log is lost", extra={"follower": follower.name, "why": str(error)})
            following.forget_token()


class _Following:
    """One follower under one lease, and where it is."""

    def __init__(self, log: Log, follower: Follower, lease: Lease, place: Place) -> None:
        self._log = log
        self._follower = follower
        self._lease = lease
        self._place = place
        self._saved_at = 0.0

    def forget_token(self) -> None:
        self._place = replace(self._place, token=None)

    async def run(self, stop: asyncio.Event) -> None:
        async with self._log.streams.open(self._place.token) as stream:
            if self._place.token is None:
                await self._catch_up(stream)
            async for batch in stream.batches():
                await self._take(batch)
                if stop.is_set():
                    await self._save()
                    return

    async def _catch_up(self, stream: EntryStream) -> None:
        """The stream is open already: what comes meanwhile waits in it, and is met twice at worst."""
        begun_at = self._log.clock()
        async for entries in self._follower.missing(self._place.handled_at):
            self._skipped(await apply_each(self._follower, entries))
        self._place = replace(self._place.after(begun_at), token=stream.token)
        if stream.token is not None:
            await self._save()

    async def _take(self, batch: Batch) -> None:
        for member, seq in batch.unreadable:
            _log_poison(self._follower, member, seq)
        self._skipped(len(batch.unreadable))
        if batch.entries:
            self._skipped(await apply_each(self._follower, batch.entries))
            self._place = self._place.after(max(entry.recorded_at for entry in batch.entries))
        self._place = replace(self._place, token=batch.token)
        idle_for = asyncio.get_running_loop().time() - self._saved_at
        if batch.entries or batch.unreadable or idle_for >= SAVE_WHEN_IDLE_EVERY:
            await self._save()

    def _skipped(self, count: int) -> None:
        self._place = replace(self._place, skipped=self._place.skipped + count)

    async def _save(self) -> None:
        saved = await self._log.checkpoints.save(self._lease, self._place.plain(), now=self._log.clock())
        if not saved:
            raise Outdone(self._lease.name)
        self._saved_at = asyncio.get_running_loop().time()


async def apply_each(follower: Follower, entries: Sequence[Entry]) -> int:
    """Applies entries together, or where that fails one by one; how many had to be skipped.

    An entry is skipped when it alone makes the follower fail; faults of the store are raised instead.
    """
    try:
        await follower.apply(entries)
    except OF_THE_HOUSE:
        raise
    except Exception:
        if len(entries) == 1:
            _log_poison(follower, entries[0].member, entries[0].seq, exc_info=True)
            return 1
        return sum([await apply_each(follower, [entry]) for entry in entries])
    return 0


def _log_poison(follower: Follower, member: object, seq: object, *, exc_info: bool = False) -> None:
    extra = {"follower": follower.name, "member": member, "seq": seq}
    logger.error("an entry was skipped", extra=extra, exc_info=exc_info)
