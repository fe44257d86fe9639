"""The follower that tells members what happened to their points and tiers.

It begins with the entries of its first start: a history that stood before is no news. Each message has a
stable key and stands once, so entries may come again.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from domain.inbox.message import Message
from domain.ledger.entry import Entry
from domain.ledger.state import EMPTY_STATE
from notifications.plan import is_news, needs_before, plan
from runtime.workers.goals import alert_within_reach
from runtime.workers.unmissed import Unmissed
from services.context import Context
from services.inbox.deliver import deliver


class InboxFollower:
    """Plans messages from entries and puts them into inboxes."""

    name = "inbox"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._unmissed = Unmissed(context, self.name)

    async def apply(self, entries: Sequence[Entry]) -> None:
        """Plans and puts; entries that the stream left out between two of a member are loaded."""
        program = await self._context.programs.current()
        news = [entry for entry in await self._unmissed.without_gaps(entries) if is_news(entry)]
        before = await self._unmissed.states_before(entry for entry in news if needs_before(entry))
        preferences = await self._context.preferences.of_members({entry.member for entry in news})
        now = self._context.clock()
        messages: list[Message] = []
        for entry in news:
            state = before.get((entry.member, entry.seq), EMPTY_STATE)
            messages += plan(entry, preferences[entry.member], program, before=state, now=now)
        await deliver(self._context, messages)
        await alert_within_reach(self._context, program, news, now)

    async def is_whole(self) -> bool:
        """Always: it begins with the entries of its first start."""
        return True

    def missing(self, since: datetime | None) -> AsyncIterator[Sequence[Entry]]:
        """Nothing at the first start; later every entry recorded since ten minutes before `since`."""
        return self._unmissed.missing(since)
