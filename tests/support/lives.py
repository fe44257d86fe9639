"""Whole lives of members, decided by the ledger's own deciders: a Hypothesis strategy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st

from domain.ledger import holds, incoming
from domain.ledger.decide import adjust, earn, earn_later, redeem
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending
from domain.ledger.settle import next_due, settle
from domain.ledger.state import EMPTY_STATE, Account, Changes, Idle, State, apply
from domain.ledger.totals import raised_by
from domain.refusals import Refused
from tests.support.ledger import NOW

DAY = timedelta(days=1)
CURRENCIES = ("POINTS", "STARS")


@dataclass(frozen=True, slots=True)
class Step:
    """One entry, as far as totals care: what it was, what it changed, and the states around it."""

    kind: EntryKind
    currency: str
    changes: Changes
    before: State
    after: State


@dataclass(slots=True)
class Life:
    """What one member did, entry by entry, with what time did in between."""

    now: datetime = NOW
    state: State = EMPTY_STATE
    steps: tuple[Step, ...] = ()

    @property
    def raised(self) -> dict[str, int]:
        """What staff have added, by currency, from the entries."""
        total: dict[str, int] = {}
        for step in self.steps:
            points = raised_by(step.kind, step.changes.adjusted)
            total[step.currency] = total.get(step.currency, 0) + points
        return total

    def wait(self, days: int) -> None:
        """Time passes; nobody writes what it does yet."""
        self.now += days * DAY

    def do(self, kind: EntryKind, currency: str, changes: Changes | Refused) -> None:
        """An entry, unless it was refused; what time has done comes before it."""
        if isinstance(changes, Refused):
            return
        while due := next_due(self.state, self.now):
            self._put(due.kind, due.currency, due.changes)
        self._put(kind, currency, changes)

    def _put(self, kind: EntryKind, currency: str, changes: Changes) -> None:
        after = apply(self.state, currency, changes, len(self.steps) + 1)
        self.steps = (*self.steps, Step(kind, currency, changes, self.state, after))
        self.state = after


Do = Callable[[Account, int, int, datetime], tuple[EntryKind, Changes | Refused]]
"""What somebody does, given the settled account, points, a number of days and the time."""


def _date(days: int, now: datetime) -> datetime | None:
    return now + days * DAY if days % 5 else None


def _idle(days: int, now: datetime) -> Idle:
    return Idle(now + (40 + days) * DAY)


def _earn(account: Account, points: int, days: int, now: datetime) -> tuple[EntryKind, Changes | Refused]:
    return EntryKind.EARN, earn(account, points, expires_at=_date(days, now), idle=_idle(days, now))


def _pending(account: Account, points: int, days: int, now: datetime) -> tuple[EntryKind, Changes | Refused]:
    part = Pending(_date(days // 2, now), _date(days, now), points)
    return EntryKind.PENDING, earn_later(account, part, idle=_idle(days, now))


def _redeem(account: Account, points: int, days: int, now: datetime) -> tuple[EntryKind, Changes | Refused]:
    return EntryKind.REDEEM, redeem(account, points, idle=_idle(days, now))


def _adjust(account: Account, points: int, days: int, now: datetime) -> tuple[EntryKind, Changes | Refused]:
    signed = points if days % 2 else -points
    return EntryKind.ADJUST, adjust(account, signed, expires_at=_date(days, now))


def _unadjust(account: Account, points: int, days: int, now: datetime) -> tuple[EntryKind, Changes | Refused]:
    signed = -min(points, max(account.available, 0)) or points
    return EntryKind.REVERSE, adjust(account, signed, expires_at=_date(days, now))


def _hold(account: Account, points: int, days: int, now: datetime) -> tuple[EntryKind, Changes | Refused]:
    return EntryKind.HOLD, holds.hold(account, points, until=now + (1 + days) * DAY)


def _capture(account: Account, points: int, days: int, now: datetime) -> tuple[EntryKind, Changes | Refused]:
    seq = account.holds[-1].seq if account.holds else 0
    return EntryKind.CAPTURE, holds.capture(account, seq, points)


def _void(account: Account, points: int, days: int, now: datetime) -> tuple[EntryKind, Changes | Refused]:
    return EntryKind.VOID, holds.void(account, account.holds[0].seq if account.holds else 0)


def _owe(account: Account, points: int, days: int, now: datetime) -> tuple[EntryKind, Changes | Refused]:
    """Takes back an award beyond all that is there."""
    taken = tuple(Lot(lot.expires_at, -lot.points) for lot in account.lots)
    return EntryKind.REVERSE, Changes(
        taken, debt=points, reversed=points + sum(lot.points for lot in account.lots)
    )


def _reinstate(account: Account, points: int, days: int, now: datetime) -> tuple[EntryKind, Changes | Refused]:
    lot = Lot(_date(days, now), min(points, account.expired))
    lots, debt = incoming.credit(account, lot)
    return EntryKind.REINSTATE, Changes(lots, debt=debt, reinstated=lot.points)


def _receive(account: Account, points: int, days: int, now: datetime) -> tuple[EntryKind, Changes | Refused]:
    lot = Lot(_date(days, now), points)
    lots, debt = incoming.credit(account, lot)
    return EntryKind.TRANSFER_IN, Changes(lots, debt=debt, received=points)


DEEDS: tuple[Do, ...] = (
    *(_earn, _earn, _earn, _pending, _redeem, _adjust, _unadjust, _hold),
    *(_capture, _void, _owe, _reinstate, _receive),
)


@st.composite
def lives(draw: st.DrawFn, *, longest: int = 25) -> Life:
    """The life of one member, of at most `longest` deeds with days of waiting between them and at the end."""
    life = Life()
    numbers = st.tuples(
        st.sampled_from(DEEDS),
        st.sampled_from(CURRENCIES),
        st.integers(1, 50),
        st.integers(0, 40),
        st.integers(0, 20),
    )
    for deed, currency, points, days, waited in draw(st.lists(numbers, max_size=longest)):
        account = settle(life.state, life.now).account(currency)
        life.do(*_of(deed(account, points, days, life.now), currency))
        life.wait(waited)
    return life


def _of(done: tuple[EntryKind, Changes | Refused], currency: str) -> tuple[EntryKind, str, Changes | Refused]:
    kind, changes = done
    return kind, currency, changes
