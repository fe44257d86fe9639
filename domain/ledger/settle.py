"""What time does to a state: points that wait become available, holds end, lots expire.

Each step is an entry of its own, dated when it was due; `settle` folds the same steps without writing them, so
that what is read and what will be written cannot differ.
"""

from datetime import datetime
from typing import NamedTuple

from domain.ledger.incoming import credit
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot
from domain.ledger.state import Account, Changes, Idle, State, apply

_UNSEEN = 0
"""The sequence of a step that is folded and not written; it opens no hold, so that nothing keeps it."""


class Due(NamedTuple):
    """One step of time that no entry has written yet. `reverses` names the hold that ends."""

    moment: datetime
    kind: EntryKind
    currency: str
    changes: Changes
    reverses: int | None = None


_ORDER = (EntryKind.RELEASE, EntryKind.VOID, EntryKind.EXPIRE)


def settle(state: State, now: datetime) -> State:
    """The state as it counts at `now`, whether or not entries say so yet."""
    while due := next_due(state, now):
        state = apply(state, due.currency, due.changes, _UNSEEN)
    return state


def next_due(state: State, now: datetime) -> Due | None:
    """What must be written first; None when the state is settled.

    Steps come in the order of time; of one instant, what is released comes before what ends and what expires.
    """
    moment = next_moment(state)
    if moment is None or moment > now:
        return None
    due = [due for code, account in state.accounts.items() if (due := _due(account, code, moment))]
    return min(due, key=lambda item: (_ORDER.index(item.kind), item.currency))


def next_moment(state: State) -> datetime | None:
    """When time changes the state next; None when it never does."""
    return min((moment for account in state.accounts.values() for moment in _moments(account)), default=None)


def _moments(account: Account) -> list[datetime]:
    moments = []
    if account.lots and account.lots[0].expires_at is not None:
        moments.append(account.lots[0].expires_at)
    if account.pending and account.pending[0].releases_at is not None:
        moments.append(account.pending[0].releases_at)
    if account.holds:
        moments.append(account.holds[0].expires_at)
    if account.idle_at is not None and account.lots and account.lots[-1].expires_at is None:
        moments.append(account.idle_at)
    return moments


def _due(account: Account, currency: str, moment: datetime) -> Due | None:
    """The first step of this account that is due at `moment`, which is the earliest of the whole state."""
    if account.pending and account.pending[0].releases_at == moment:
        part = account.pending[0]
        lots, debt = credit(account, Lot(part.expires_at, part.points))
        waited = part._replace(points=-part.points)
        idle = Idle(None) if part.expires_at is None and _was_idle(account, moment) else None
        released = Changes(lots, debt=debt, pending=(waited,), idle=idle)
        return Due(moment, EntryKind.RELEASE, currency, released)
    if account.holds and account.holds[0].expires_at == moment:
        hold = account.holds[0]
        lots, debt = credit(account, *hold.lots)
        given_back = Changes(lots, debt=debt, unhold=hold.seq)
        return Due(moment, EntryKind.VOID, currency, given_back, hold.seq)
    lot = _past(account, moment)
    if lot is None:
        return None
    # Undated points that come later are not to expire by a date that has passed.
    idle = Idle(None) if lot.expires_at is None else None
    gone = Changes((Lot(lot.expires_at, -lot.points),), expired=lot.points, idle=idle)
    return Due(moment, EntryKind.EXPIRE, currency, gone)


def _was_idle(account: Account, moment: datetime) -> bool:
    """Whether the date of inactivity came while there was nothing that it could end."""
    past = account.idle_at is not None and account.idle_at <= moment
    return past and all(lot.expires_at is not None for lot in account.lots)


def _past(account: Account, moment: datetime) -> Lot | None:
    if account.lots and account.lots[0].expires_at == moment:
        return account.lots[0]
    if account.idle_at == moment and account.lots and account.lots[-1].expires_at is None:
        return account.lots[-1]
    return None
