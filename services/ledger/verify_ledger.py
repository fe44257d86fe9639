"""Re-derives every state from entry 1 and holds the ledger, and the projection of it, to the laws."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from domain.ledger.canonical import state_to_plain
from domain.ledger.entry import Entry, Head
from domain.ledger.laws import broken_laws
from mongo.accounts import Projected
from mongo.ledger import Ledger, Unreadable
from services.context import Context

_PROGRESS_EVERY = 1_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Violation:
    """A law that does not hold, and where; sequence 0 speaks of the account as a whole."""

    member: str
    seq: int
    law: str


@dataclass(slots=True)
class Sums:
    """Three ways to add up one currency; a sound ledger has one answer."""

    entries: int = 0
    balances: int = 0
    lots: int = 0

    @property
    def agree(self) -> bool:
        """Whether the points of all entries, the totals of all accounts and their lots are one number."""
        return self.entries == self.balances == self.lots


@dataclass(slots=True)
class Report:
    """What was read and what was found. `behind`: accounts whose projection has yet to follow."""

    entries: int = 0
    members: int = 0
    behind: int = 0
    sums: dict[str, Sums] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether every law holds."""
        return not self.violations and all(sums.agree for sums in self.sums.values())


async def verify_ledger(context: Context, progress: Progress = lambda entries: None) -> Report:
    """Reads all entries once, member by member, in flat memory; `progress` hears how many were read.

    Entries may come meanwhile: those of members that were read already wait for the next time.
    """
    report = Report()
    ledger = context.ledger
    projections = _Projections(context.accounts.all())
    head: Head | None = None
    async for entry in ledger.all():
        if head is None or entry.member != head.member:
            await _close(ledger, report, head, projections)
            head = Head(entry.member)
        head = _read(report, head, entry)
        if report.entries % _PROGRESS_EVERY == 0:
            progress(report.entries)
    await _close(ledger, report, head, projections)
    async for orphan in projections.rest():
        await _refuse_ahead(ledger, report, orphan)
    progress(report.entries)
    return report


def _read(report: Report, head: Head, entry: Entry | Unreadable) -> Head:
    """Holds one entry to the laws; the head that the next one follows."""
    report.entries += 1
    if isinstance(entry, Unreadable):
        report.violations.append(Violation(entry.member, entry.seq, "it cannot be read"))
        return head
    report.violations += [Violation(entry.member, entry.seq, law) for law in broken_laws(head, entry)]
    report.sums.setdefault(entry.currency, Sums()).entries += entry.points
    return Head.of(entry)


async def _close(ledger: Ledger, report: Report, head: Head | None, projections: "_Projections") -> None:
    """Ends a member: adds up the head, and holds the projection against it."""
    if head is None:
        return
    report.members += 1
    for code, account in head.after.accounts.items():
        sums = report.sums.setdefault(code, Sums())
        sums.balances += account.earned + account.adjusted - account.redeemed - account.expired
        sums.lots += account.available
    projected = await projections.of(head.member)
    if projected is None or projected.seq < head.seq:
        report.behind += 1
    elif projected.seq > head.seq:
        await _refuse_ahead(ledger, report, projected)
    elif state_to_plain(projected.state) != state_to_plain(head.after):
        report.violations.append(Violation(head.member, head.seq, "its projection is not the ledger's state"))


async def _refuse_ahead(ledger: Ledger, report: Report, projected: Projected) -> None:
    # What it follows may have come after its member was read: only what is not there now is missing.
    if not await ledger.has(projected.member, projected.seq):
        law = f"its projection follows entry {projected.seq}, which the ledger has not"
        report.violations.append(Violation(projected.member, 0, law))


class _Projections:
    """The projections in the order of the ledger, read beside it: both sorted by member, descending."""

    def __init__(self, rows: AsyncIterator[Projected]) -> None:
        self._rows = rows
        self._next: Projected | None = None
        self._orphans: list[Projected] = []

    async def of(self, member: str) -> Projected | None:
        """The projection of the member, who comes behind all asked for so far."""
        while self._next is None or self._next.member > member:
            if self._next is not None:
                self._orphans.append(self._next)
            self._next = await anext(self._rows, None)
            if self._next is None:
                return None
        if self._next.member < member:
            return None
        found, self._next = self._next, None
        return found

    async def rest(self) -> AsyncIterator[Projected]:
        """Projections that no member of the ledger has."""
        for orphan in self._orphans:
            yield orphan
        if self._next is not None:
            yield self._next
        async for row in self._rows:
            yield row
