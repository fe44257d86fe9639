"""The follower that makes what follows from entries: events of Regulars' own, friends that count, rewards.

It begins with the entries of its first start. Every effect has a key and happens once, so entries may come again.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from domain.ledger.entry import Entry
from domain.ledger.state import EMPTY_STATE
from runtime.workers.unmissed import Unmissed
from services.context import Context
from services.engagement.follow_entries import Followed, follow_entries, has_consequences


class DerivedFollower:
    """Makes the consequences of entries, which may be entries again, and come by here in their turn."""

    name = "derived"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._unmissed = Unmissed(context, self.name)

    async def apply(self, entries: Sequence[Entry]) -> None:
        """Makes them; entries that the stream left out between two of a member are loaded."""
        telling = [entry for entry in await self._unmissed.without_gaps(entries) if has_consequences(entry)]
        before = await self._unmissed.states_before(entry for entry in telling if entry.changes.tier)
        followed = [Followed(one, before.get((one.member, one.seq), EMPTY_STATE)) for one in telling]
        await follow_entries(self._context, followed)

    async def is_whole(self) -> bool:
        """Always: it begins with the entries of its first start."""
        return True

    def missing(self, since: datetime | None) -> AsyncIterator[Sequence[Entry]]:
        """Nothing at the first start; later every entry recorded since ten minutes before `since`."""
        return self._unmissed.missing(since)
