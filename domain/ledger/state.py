"""The member's state after an entry, and the one fold from a state to the next.

Laws: available is what the lots hold less the debt; no lot is below one; lots stand soonest expiry first, at most
one a date; debt never stands beside a lot; and what came in is what is there or went out:
earned + reinstated + adjusted + received = available + waiting + held + redeemed + expired + reversed + sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from domain.ledger.lots import Hold, Lot, Pending, merge_lots, merge_pending, soonest_first

MAX_LOTS = 120
MAX_PENDING = 64
MAX_HOLDS = 32
MAX_HELD_LOTS = 120
MAX_POINTS = 2**53 - 1


class SentOn(NamedTuple):
    """Points transferred out on one day of the programme ("2026-11-22"), for the limit a day."""

    day: str
    points: int


class TierMark(NamedTuple):
    """The tier as an entry left it, and since when."""

    code: str
    since: datetime


class Bucket(NamedTuple):
    """What was counted in one period; the number of the period is its counter's own affair, later ones higher."""

    period: int
    amount: int


class Count(NamedTuple):
    """One step of a counter: `amount` in `period`, after which it keeps its newest `keep` periods.

    Below zero it takes back, down to nothing, and nothing of a period that is kept no more.
    """

    counter: str
    period: int
    amount: int
    keep: int = 1


class Override(NamedTuple):
    """The tier that staff have given, whatever qualifies, up to a time."""

    code: str
    until: datetime


class Idle(NamedTuple):
    """When lots without a date of their own expire unless the member does something; None: never."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """One currency of one member. The totals are of all time.

    `earned`: awards, from when they were given, waiting or not. `reinstated`: given back after they expired.
    `adjusted`: by staff, signed. `received` and `sent`: transfers. `redeemed`: less what was given back.
    `reversed`: awards taken back. `debt`: owed after a reversal of points already spent.
    """

    lots: tuple[Lot, ...] = ()
    earned: int = 0
    adjusted: int = 0
    redeemed: int = 0
    expired: int = 0
    debt: int = 0
    pending: tuple[Pending, ...] = ()
    holds: tuple[Hold, ...] = ()
    reinstated: int = 0
    received: int = 0
    sent: int = 0
    reversed: int = 0
    idle_at: datetime | None = None
    sent_on: SentOn | None = None

    @property
    def available(self) -> int:
        """What the member may spend, below zero in debt; of a settled state only."""
        return sum(lot.points for lot in self.lots) - self.debt

    @property
    def kept(self) -> int:
        """Awards of all time less those taken back: what the lifetime leaderboard goes by."""
        return self.earned - self.reversed

    @property
    def waiting(self) -> int:
        """Points that were given and cannot be spent yet."""
        return sum(part.points for part in self.pending)

    @property
    def held(self) -> int:
        """Points set aside by open holds."""
        return sum(hold.points for hold in self.holds)

    @property
    def dated_lots(self) -> tuple[Lot, ...]:
        """The lots as they expire if nothing more happens, soonest first; two may then have one date."""
        if self.idle_at is None:
            return self.lots
        lots = (Lot(lot.expires_at or self.idle_at, lot.points) for lot in self.lots)
        return tuple(sorted(lots, key=soonest_first))

    @property
    def parts(self) -> int:
        """Its lots, waiting parts and held lots: at least as many as it has expiry dates, and quicker to tell."""
        held = sum([len(hold.lots) for hold in self.holds]) if self.holds else 0
        return len(self.lots) + len(self.pending) + held

    @property
    def dates(self) -> frozenset[datetime | None]:
        """Every expiry date of its points: those of what waits or is held need room when they come to be lots."""
        waiting = (part.expires_at for part in self.pending)
        held = (lot.expires_at for hold in self.holds for lot in hold.lots)
        return frozenset((*(lot.expires_at for lot in self.lots), *waiting, *held))

    def hold(self, seq: int) -> Hold | None:
        """The open hold that the entry `seq` made."""
        return next((hold for hold in self.holds if hold.seq == seq), None)


EMPTY_ACCOUNT = Account()
_NO_ACCOUNTS: Mapping[str, Account] = MappingProxyType({})
_NO_COUNTS: Mapping[str, int] = MappingProxyType({})
_NO_COUNTERS: Mapping[str, tuple[Bucket, ...]] = MappingProxyType({})
KEPT = 3
"""How many windows of what qualifies are kept where an entry does not say otherwise."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything the ledger knows of a member: accounts by currency, what qualifies for tiers by window, tier.

    `counters`: what caps, counters, challenges and badges count, by code, each by period.
    """

    accounts: Mapping[str, Account] = field(default_factory=lambda: _NO_ACCOUNTS)
    qualifying: Mapping[str, int] = field(default_factory=lambda: _NO_COUNTS)
    tier: TierMark | None = None
    counters: Mapping[str, tuple[Bucket, ...]] = field(default_factory=lambda: _NO_COUNTERS)
    override: Override | None = None

    def counted(self, counter: str, period: int) -> int:
        """What a counter has of a period; zero when it never counted there, or keeps it no more."""
        for bucket in self.counters.get(counter, ()):
            if bucket.period == period:
                return bucket.amount
        return 0

    def account(self, currency: str) -> Account:
        """The account in a currency; an empty one if the member never had any."""
        return self.accounts.get(currency, EMPTY_ACCOUNT)


EMPTY_STATE = State()


@dataclass(frozen=True, slots=True)
class Changes:
    """What one entry changes, in its one currency: enough to fold the state again from nothing.

    Lots, what waits, debt and totals are signed. `hold`: the lots taken are held until then. `unhold`: the hold
    of that entry is closed. `qualifying` adds to windows' counters, of which the newest `kept` stay. `sent_on`
    replaces the count of its day.
    """

    lots: tuple[Lot, ...] = ()
    earned: int = 0
    adjusted: int = 0
    redeemed: int = 0
    expired: int = 0
    qualifying: tuple[tuple[str, int], ...] = ()
    tier: TierMark | None = None
    debt: int = 0
    pending: tuple[Pending, ...] = ()
    hold: datetime | None = None
    unhold: int | None = None
    reinstated: int = 0
    received: int = 0
    sent: int = 0
    reversed: int = 0
    idle: Idle | None = None
    sent_on: SentOn | None = None
    counts: tuple[Count, ...] = ()
    kept: int = KEPT
    override: Override | None = None

    @property
    def points(self) -> int:
        """The change of available points."""
        return sum(lot.points for lot in self.lots) - self.debt

    @property
    def waiting(self) -> int:
        """The change of points that wait."""
        return sum(part.points for part in self.pending)

    @property
    def held(self) -> int:
        """The change of held points, which is what came in less what went elsewhere."""
        came = self.earned + self.reinstated + self.adjusted + self.received
        went = self.redeemed + self.expired + self.reversed + self.sent
        return came - went - self.points - self.waiting


def apply(state: State, currency: str, changes: Changes, seq: int, *, counting: bool = True) -> State:
    """The state after `changes` of the entry `seq`; the one fold that writers, readers and `verify` share.

    Raises ValueError where a law would break: a decider must have refused before. `counting` False leaves the
    counters as they were, for whoever asks only for the rest.
    """
    before = state.account(currency)
    account = Account(
        lots=merge_lots(before.lots, changes.lots) if changes.lots else before.lots,
        earned=before.earned + changes.earned,
        adjusted=before.adjusted + changes.adjusted,
        redeemed=before.redeemed + changes.redeemed,
        expired=before.expired + changes.expired,
        debt=before.debt + changes.debt,
        pending=merge_pending(before.pending, changes.pending) if changes.pending else before.pending,
        holds=_holds(before.holds, changes, seq),
        reinstated=before.reinstated + changes.reinstated,
        received=before.received + changes.received,
        sent=before.sent + changes.sent,
        reversed=before.reversed + changes.reversed,
        idle_at=changes.idle.at if changes.idle else before.idle_at,
        sent_on=changes.sent_on or before.sent_on,
    )
    if account.debt and (account.debt < 0 or account.lots):
        raise ValueError("debt would fall below zero or stand beside points that pay it")
    return State(
        {**state.accounts, currency: account},
        _counted(state.qualifying, changes.qualifying, changes.kept),
        changes.tier or state.tier,
        _counters(state.counters, changes.counts) if counting and changes.counts else state.counters,
        changes.override or state.override,
    )


def counted(state: State, qualifying: tuple[tuple[str, int], ...], *, kept: int = KEPT) -> State:
    """The state with nothing but what qualifies moved: what a tier is judged by before the entry is there."""
    counts = _counted(state.qualifying, qualifying, kept)
    return State(state.accounts, counts, state.tier, state.counters, state.override)


def with_counts(state: State, counts: tuple[Count, ...]) -> State:
    """The state with nothing but its counters moved."""
    if not counts:
        return state
    counters = _counters(state.counters, counts)
    return State(state.accounts, state.qualifying, state.tier, counters, state.override)


def _counters(
    known: Mapping[str, tuple[Bucket, ...]], counts: tuple[Count, ...]
) -> Mapping[str, tuple[Bucket, ...]]:
    counters = dict(known)
    for counter, period, amount, keep in counts:
        before = counters.get(counter, ())
        # Nearly every count adds to the newest period, or begins one.
        if amount > 0 and (not before or before[-1].period <= period):
            counters[counter] = _newest(before, period, amount, keep)
            continue
        buckets = dict(before)
        if amount < 0 and period not in buckets:
            continue
        buckets[period] = buckets.get(period, 0) + amount
        kept = sorted(Bucket(*bucket) for bucket in buckets.items() if bucket[1] > 0)[-keep:]
        if kept:
            counters[counter] = tuple(kept)
        else:
            counters.pop(counter, None)
    return counters


def _newest(before: tuple[Bucket, ...], period: int, amount: int, keep: int) -> tuple[Bucket, ...]:
    """Buckets with a count in the newest period or after it."""
    if before and before[-1].period == period:
        return (*before[:-1], Bucket(period, before[-1].amount + amount))[-keep:]
    return (*before[max(len(before) - keep + 1, 0) :], Bucket(period, amount))


def _holds(holds: tuple[Hold, ...], changes: Changes, seq: int) -> tuple[Hold, ...]:
    if changes.unhold is not None:
        kept = tuple(hold for hold in holds if hold.seq != changes.unhold)
        if len(kept) == len(holds):
            raise ValueError("the hold that would be closed is not open")
        holds = kept
    if changes.hold is not None:
        lots = tuple(Lot(lot.expires_at, -lot.points) for lot in changes.lots)
        opened = Hold(seq, changes.hold, lots)
        holds = tuple(sorted((*holds, opened), key=lambda hold: (hold.expires_at, hold.seq)))
    return holds


def _counted(known: Mapping[str, int], added: tuple[tuple[str, int], ...], kept: int) -> Mapping[str, int]:
    if not added:
        return known
    # The newest windows decide every standing that can still be asked for; the bound keeps `after` small.
    total = dict(known)
    for year, delta in added:
        total[year] = total.get(year, 0) + delta
    return {year: total[year] for year in sorted(total)[-kept:]}
