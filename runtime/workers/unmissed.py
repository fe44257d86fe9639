"""What a follower reads of the ledger besides the stream that begins with the entries of its first start.

When the place in the log is lost, the newest entries of every member are met again from ten minutes before the
last time that was handled: that is further than clocks of writers differ.
"""

import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta

from domain.ledger.entry import Entry, Head
from domain.ledger.state import State
from runtime.workers.follower import OF_THE_HOUSE
from runtime.workers.heads import pages_of_heads
from runtime.workers.recent import Recent
from services.context import Context

logger = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=10)
_PAGE = 100


class Unmissed:
    """Fills what a stream leaves out, for the follower `name`."""

    def __init__(self, context: Context, name: str) -> None:
        self._context = context
        self._name = name
        self._last: Recent[int] = Recent()

    async def without_gaps(self, entries: Sequence[Entry]) -> list[Entry]:
        """The entries, with those between that the stream left out between two of a member."""
        whole: list[Entry] = []
        for entry in entries:
            last = self._last.get(entry.member)
            self._last.set(entry.member, max(entry.seq, last or 0))
            if last is not None and entry.seq > last + 1:
                whole += await self._between(entry.member, last, entry.seq)
            whole.append(entry)
        return whole

    async def states_before(self, entries: Iterable[Entry]) -> dict[tuple[str, int], State]:
        """By (member, seq) of these entries the state before each; a first entry has none."""
        ids = [(entry.member, entry.seq - 1) for entry in entries if entry.seq > 1]
        found = await self._context.ledger.get_many(ids)
        return {(member, seq + 1): entry.after for (member, seq), entry in found.items()}

    async def missing(self, since: datetime | None) -> AsyncIterator[Sequence[Entry]]:
        """Nothing at the first start; later every entry recorded since ten minutes before `since`."""
        if since is None:
            return
        async for heads in pages_of_heads(self._context):
            for head in heads:
                if entries := await self._recorded_since(head, since - OVERLAP):
                    yield entries

    async def _recorded_since(self, head: Head, bound: datetime) -> list[Entry]:
        """The member's entries recorded at `bound` or later, oldest first."""
        found: list[Entry] = []
        recorded_at, before = head.recorded_at, head.seq + 1
        while recorded_at is not None and recorded_at >= bound and before > 1:
            page = await self._context.ledger.page(head.member, first=_PAGE, before=before)
            found += page
            recorded_at, before = page[-1].recorded_at, page[-1].seq
        return [entry for entry in reversed(found) if entry.recorded_at >= bound]

    async def _between(self, member: str, last: int, seq: int) -> list[Entry]:
        try:
            return await self._context.ledger.since(member, last, until=seq - 1)
        except OF_THE_HOUSE:
            raise
        except Exception:  # the stream has counted what cannot be read; what follows it must go on
            extra = {"follower": self._name, "member": member, "seq": last + 1}
            logger.exception("a gap cannot be filled", extra=extra)
            return []
