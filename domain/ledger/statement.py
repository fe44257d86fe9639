"""A statement of one currency over a period: what there was, what happened, what there is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.ledger.entry import Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import settlements
from domain.ledger.settle import settle
from domain.ledger.state import Account
from domain.time import MILLISECOND


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account holds at one moment. `available` is less the debt, and below zero while there is any."""

    available: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0

    @staticmethod
    def of(account: Account) -> "Standing":
        """The standing of a settled account."""
        return Standing(account.available, account.waiting, account.held, account.debt)


@dataclass(frozen=True, slots=True)
class Total:
    """What the lines of one kind come to: how many there are, and what they changed, signed."""

    count: int = 0
    points: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0

    def plus(self, other: "Total") -> "Total":
        """Both together."""
        return Total(
            self.count + other.count,
            self.points + other.points,
            self.pending + other.pending,
            self.held + other.held,
            self.debt + other.debt,
        )


Totals = Mapping[EntryKind, Total]
_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the period. Not `posted`: a step of time that is due and will be written like this."""

    entry: Entry
    posted: bool = True

    @property
    def total(self) -> Total:
        """What it changed."""
        changes = self.entry.changes
        return Total(1, changes.points, changes.waiting, changes.held, changes.debt)

    @property
    def standing(self) -> Standing:
        """What there was after it."""
        return Standing.of(self.entry.after.account(self.entry.currency))


def standing_before(head: Head, moment: datetime, currency: str) -> Standing:
    """What there was right before `moment`, given the newest entry that counts before it."""
    return Standing.of(settle(head.after, _right_before(moment)).account(currency))


def unposted(head: Head, since: datetime, until: datetime, currency: str) -> tuple[Line, ...]:
    """The steps of time within the period that no entry says yet, given the newest entry of it or before it.

    They are sealed as the sweep will seal them: with the same sequence, times and numbers.
    """
    steps = settlements(head, _right_before(until), until)
    return tuple(Line(step, False) for step in steps if step.currency == currency and step.effective_at >= since)


def added_up(totals: Totals, lines: Iterable[Line]) -> Totals:
    """The totals with those of some lines, kind by kind, in the order of kinds."""
    sums = dict(totals)
    for line in lines:
        kind = line.entry.kind
        sums[kind] = sums.get(kind, Total()).plus(line.total)
    return {kind: sums[kind] for kind in EntryKind if kind in sums}


def _right_before(moment: datetime) -> datetime:
    """The last millisecond before it; of the first of all calendars itself, when nothing can have happened."""
    return moment - MILLISECOND if moment >= _FIRST + MILLISECOND else moment
