"""The member's state after an entry, and the pure steps from one state to the next.

Laws: lots add up to available, which is earned + adjusted - redeemed - expired; no lot is below one; lots
stand soonest expiry first, at most one a date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

MAX_LOTS = 120
MAX_POINTS = 2**53 - 1


class Lot(NamedTuple):
    """Points that expire together at `expires_at` (exclusive); None: they never do."""

    expires_at: datetime | None
    points: int


@dataclass(frozen=True, slots=True)
class Account:
    """One currency of one member. The totals are of all time; `adjusted` is signed."""

    lots: tuple[Lot, ...] = ()
    earned: int = 0
    adjusted: int = 0
    redeemed: int = 0
    expired: int = 0

    @property
    def available(self) -> int:
        """What the member may spend; of a settled state only."""
        return sum(lot.points for lot in self.lots)


class TierMark(NamedTuple):
    """The tier as an entry left it, and since when."""

    code: str
    since: datetime


EMPTY_ACCOUNT = Account()
_NO_ACCOUNTS: Mapping[str, Account] = MappingProxyType({})
_NO_COUNTS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class State:
    """Everything the ledger knows of a member: accounts by currency, what qualifies for tiers by year, tier."""

    accounts: Mapping[str, Account] = field(default_factory=lambda: _NO_ACCOUNTS)
    qualifying: Mapping[str, int] = field(default_factory=lambda: _NO_COUNTS)
    tier: TierMark | None = None

    def account(self, currency: str) -> Account:
        """The account in a currency; an empty one if the member never had any."""
        return self.accounts.get(currency, EMPTY_ACCOUNT)


EMPTY_STATE = State()


@dataclass(frozen=True, slots=True)
class Changes:
    """What one entry changes, in its one currency: enough to fold the state again from nothing.

    `lots` are signed: what each date gains or gives. `qualifying` adds to years' counters.
    """

    lots: tuple[Lot, ...] = ()
    earned: int = 0
    adjusted: int = 0
    redeemed: int = 0
    expired: int = 0
    qualifying: tuple[tuple[str, int], ...] = ()
    tier: TierMark | None = None


def apply(state: State, currency: str, changes: Changes) -> State:
    """The state after `changes`; the one fold that writers, readers and `verify` share.

    Raises ValueError where a law would break: a decider must have refused before.
    """
    before = state.account(currency)
    account = Account(
        merge_lots(before.lots, changes.lots) if changes.lots else before.lots,
        before.earned + changes.earned,
        before.adjusted + changes.adjusted,
        before.redeemed + changes.redeemed,
        before.expired + changes.expired,
    )
    qualifying = state.qualifying
    if changes.qualifying:
        qualifying = _count(qualifying, changes.qualifying)
    return State({**state.accounts, currency: account}, qualifying, changes.tier or state.tier)


def merge_lots(lots: tuple[Lot, ...], deltas: Iterable[Lot]) -> tuple[Lot, ...]:
    """Lots with signed deltas added by date: sorted, none empty. Raises ValueError below zero."""
    points = dict(lots)
    known = len(points)
    for expires_at, delta in deltas:
        points[expires_at] = points.get(expires_at, 0) + delta
    if any(value < 0 for value in points.values()):
        raise ValueError("a lot would fall below zero")
    merged = tuple(Lot(*item) for item in points.items() if item[1])
    # Without a new date the order stands, which is nearly always.
    return merged if len(points) == known else tuple(sorted(merged, key=_soonest_first))


def take(lots: tuple[Lot, ...], points: int) -> tuple[Lot, ...]:
    """The signed lot changes of a debit: soonest expiry first. Raises ValueError if the lots hold too little."""
    taken: list[Lot] = []
    for expires_at, held in lots:
        if points == 0:
            break
        part = min(held, points)
        taken.append(Lot(expires_at, -part))
        points -= part
    if points:
        raise ValueError("the lots hold less than the debit takes")
    return tuple(taken)


def settle(state: State, now: datetime) -> State:
    """The state as it counts at `now`: lots past their date are gone, whether or not an entry says so yet."""
    if not any(_is_past(account, now) for account in state.accounts.values()):
        return state
    accounts = {code: _settle_account(account, now) for code, account in state.accounts.items()}
    return replace(state, accounts=accounts)


class DueExpiry(NamedTuple):
    """The soonest lot past its date that no entry has expired yet."""

    currency: str
    lot: Lot


def next_due(state: State, now: datetime) -> DueExpiry | None:
    """What the sweep, or the next posting, must expire first; None when the state is settled."""
    due = [DueExpiry(code, account.lots[0]) for code, account in state.accounts.items() if _is_past(account, now)]
    return min(due, key=lambda item: (_soonest_first(item.lot), item.currency), default=None)


def next_expiry(state: State) -> datetime | None:
    """When the first lot of any currency expires; None when none ever does."""
    dates = [account.lots[0].expires_at for account in state.accounts.values() if account.lots]
    return min((date for date in dates if date is not None), default=None)


def _is_past(account: Account, now: datetime) -> bool:
    if not account.lots:
        return False
    first = account.lots[0].expires_at
    return first is not None and first <= now


def _settle_account(account: Account, now: datetime) -> Account:
    kept = tuple(lot for lot in account.lots if lot.expires_at is None or lot.expires_at > now)
    gone = account.available - sum(lot.points for lot in kept)
    return replace(account, lots=kept, expired=account.expired + gone)


def _soonest_first(lot: Lot) -> tuple[bool, float]:
    return (lot.expires_at is None, lot.expires_at.timestamp() if lot.expires_at else 0.0)


def _count(counts: Mapping[str, int], deltas: tuple[tuple[str, int], ...]) -> Mapping[str, int]:
    # Three years decide every standing that can still be asked for; the bound keeps `after` small.
    total = dict(counts)
    for year, delta in deltas:
        total[year] = total.get(year, 0) + delta
    return {year: total[year] for year in sorted(total)[-3:]}
