"""The follower that tells members what happened to their points and tiers.

It begins with the entries of its first start: a history that stood before is no news. Each message has a
stable key and stands once, so entries may come again. When the place in the log is lost, the newest entries of
every member are planned again from ten minutes before the last time that was handled: that is further than
clocks of writers differ, and what was told already is not told again.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from domain.inbox.message import Message
from domain.ledger.entry import Entry, Head
from domain.ledger.state import EMPTY_STATE, State
from notifications.plan import is_news, needs_before, plan
from runtime.workers.follower import OF_THE_HOUSE
from runtime.workers.heads import pages_of_heads
from runtime.workers.recent import Recent
from services.context import Context
from services.inbox.deliver import deliver

logger = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=10)
_PAGE = 100


class InboxFollower:
    """Plans messages from entries and puts them into inboxes."""

    name = "inbox"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._last: Recent[int] = Recent()

    async def apply(self, entries: Sequence[Entry]) -> None:
        """Plans and puts; entries that the stream left out between two of a member are loaded."""
        program = await self._context.programs.current()
        news = [entry for entry in await self._without_gaps(entries) if is_news(entry)]
        before = await self._states_before([entry for entry in news if needs_before(entry)])
        now = self._context.clock()
        messages: list[Message] = []
        for entry in news:
            state = before.get((entry.member, entry.seq), EMPTY_STATE)
            messages += plan(entry, program, before=state, now=now)
        await deliver(self._context, messages)

    async def is_whole(self) -> bool:
        """Always: it begins with the entries of its first start."""
        return True

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

    async def _without_gaps(self, entries: Sequence[Entry]) -> list[Entry]:
        whole: list[Entry] = []
        for entry in entries:
            last = self._last.get(entry.member)
            self._last.set(entry.member, max(entry.seq, last or 0))
            if last is not None and entry.seq > last + 1:
                whole += await self._between(entry.member, last, entry.seq)
            whole.append(entry)
        return whole

    async def _between(self, member: str, last: int, seq: int) -> list[Entry]:
        try:
            return await self._context.ledger.since(member, last, until=seq - 1)
        except OF_THE_HOUSE:
            raise
        except Exception:  # the stream has counted what cannot be read; what follows it must go on
            extra = {"follower": self.name, "member": member, "seq": last + 1}
            logger.exception("a gap cannot be filled", extra=extra)
            return []

    async def _states_before(self, entries: Sequence[Entry]) -> dict[tuple[str, int], State]:
        ids = [(entry.member, entry.seq - 1) for entry in entries if entry.seq > 1]
        found = await self._context.ledger.get_many(ids)
        return {(member, seq + 1): entry.after for (member, seq), entry in found.items()}
