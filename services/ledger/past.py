"""All that happened to a member, for decisions that need more than the newest state."""

from dataclasses import dataclass
from datetime import datetime

from domain.ledger.entry import Entry, Head
from domain.ledger.posting import settlements
from domain.ledger.trail import Trail
from mongo.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Past:
    """A member's entries from the first up to a head."""

    head: Head
    entries: tuple[Entry, ...]

    def trail(self, at: datetime) -> Trail:
        """The trail of points, with what time has done by `at` and no entry says yet."""
        return Trail.of((*self.entries, *settlements(self.head, at, at)))


async def read_past(ledger: Ledger, head: Head) -> Past:
    """The entries that `head` follows from; none later, so that they are exact for whoever follows it."""
    return Past(head, tuple(await ledger.since(head.member, 0, until=head.seq)))


async def read_naming(ledger: Ledger, entry: Entry, *, until: int) -> list[Entry]:
    """The entries up to the sequence `until` that reverse, release, capture or void one, oldest first."""
    slot = (entry.member, entry.seq)
    return [one for one in (await ledger.reversing([slot])).get(slot, []) if one.seq <= until]
