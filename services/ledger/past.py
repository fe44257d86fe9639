"""All that happened to a member, for decisions that need more than the newest state."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.ledger.entry import Entry, Head
from domain.ledger.posting import settlements
from domain.ledger.trail import Trail
from mongo.faults import StoreFault
from mongo.ledger import Ledger

_PAGE = 500


@dataclass(slots=True)
class Past:
    """A member's entries from the first up to a head."""

    head: Head
    entries: list[Entry]
    _followed: Trail = field(default_factory=Trail)
    _seen: int = 0

    def trail(self, at: datetime) -> Trail:
        """The trail of points, with what time has done by `at` and no entry says yet; only to be read."""
        for entry in self.entries[self._seen :]:
            self._followed.add(entry)
        self._seen = len(self.entries)
        steps = settlements(self.head, at, at)
        return Trail.of((*self.entries, *steps)) if steps else self._followed


async def read_past(ledger: Ledger, head: Head, known: Past | None = None) -> Past:
    """The entries that `head` follows from; none later, so that they are exact for whoever follows it.

    They are read in pages, so that others get their turn in between. `known` is what was read for an earlier
    head of the member, and is not to be used any more: only what came since is read then.
    """
    past = known if known and len(known.entries) <= head.seq else Past(head, [])
    past.head = head
    while len(past.entries) < head.seq:
        start = len(past.entries)
        past.entries += await ledger.since(head.member, start, until=min(start + _PAGE, head.seq))
        if len(past.entries) == start:
            raise StoreFault(f"entry {start + 1} of a member cannot be read, though there is a later one")
    return past


async def read_naming(ledger: Ledger, entry: Entry, *, until: int) -> list[Entry]:
    """The entries up to the sequence `until` that reverse, release, capture or void one, oldest first."""
    slot = (entry.member, entry.seq)
    return [one for one in (await ledger.reversing([slot])).get(slot, []) if one.seq <= until]
