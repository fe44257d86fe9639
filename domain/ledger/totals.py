"""What the accounts of all members add up to, in one currency: the programme's own accounts.

Laws: the totals of two sets of accounts add up to those of both; and what came in is what is there or went out:
issued + received = available + waiting + held + redeemed + expired + reversed + adjusted_down + sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from types import MappingProxyType

from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot
from domain.ledger.settle import settle
from domain.ledger.state import Account, State

Dated = Mapping[datetime | None, int]
"""Points by the moment at which they expire; None: never."""
Raised = Mapping[str, int]
"""By currency what staff have added of all time, which the signed total of an account does not tell."""

_NONE: Dated = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of all time as an account has them, adjustments up and down apart; and what is there now.

    `lots`: what members may spend, `held_lots`: what open holds keep, both by exact date. `waiting`: what was
    given and is not released. `debt`: what members owe.
    """

    earned: int = 0
    reinstated: int = 0
    adjusted_up: int = 0
    adjusted_down: int = 0
    received: int = 0
    sent: int = 0
    redeemed: int = 0
    expired: int = 0
    reversed: int = 0
    waiting: int = 0
    debt: int = 0
    lots: Dated = field(default_factory=lambda: _NONE)
    held_lots: Dated = field(default_factory=lambda: _NONE)

    def __add__(self, other: "Totals") -> "Totals":
        numbers = {name: getattr(self, name) + getattr(other, name) for name in NUMBERS}
        return Totals(
            **numbers, lots=_added(self.lots, other.lots), held_lots=_added(self.held_lots, other.held_lots)
        )

    def __neg__(self) -> "Totals":
        numbers = {name: -getattr(self, name) for name in NUMBERS}
        return Totals(**numbers, lots=_negated(self.lots), held_lots=_negated(self.held_lots))

    @property
    def issued(self) -> int:
        """What the programme has put into circulation: awards, reinstatements, and what staff added."""
        return self.earned + self.reinstated + self.adjusted_up

    @property
    def held(self) -> int:
        """What open holds keep."""
        return sum(self.held_lots.values())

    @property
    def available(self) -> int:
        """The sum of all balances: what lots hold, less debt."""
        return sum(self.lots.values()) - self.debt

    @property
    def outstanding(self) -> int:
        """What members have and may still turn into rewards, held or not; debt is not taken off it."""
        return sum(self.lots.values()) + self.held

    @property
    def conserved(self) -> bool:
        """Whether what came in is what is there or went out. Between the two ends of a transfer it holds too."""
        there = self.available + self.waiting + self.held
        gone = self.redeemed + self.expired + self.reversed + self.adjusted_down + self.sent
        return self.issued + self.received == there + gone


NUMBERS = tuple(one.name for one in fields(Totals) if one.name not in ("lots", "held_lots"))
"""The names of what is one number."""
NO_TOTALS = Totals()


def raised_by(kind: EntryKind, adjusted: int) -> int:
    """What an entry that adjusts by `adjusted` does to what staff have added.

    A reversal undoes its own side: one of a debit by staff lowers what they took and raises nothing.
    """
    return min(adjusted, 0) if kind is EntryKind.REVERSE else max(adjusted, 0)


def totals_of(account: Account, raised: int = 0) -> Totals:
    """The totals of one account. `raised`: what staff have added to it of all time."""
    return Totals(
        earned=account.earned,
        reinstated=account.reinstated,
        adjusted_up=raised,
        adjusted_down=raised - account.adjusted,
        received=account.received,
        sent=account.sent,
        redeemed=account.redeemed,
        expired=account.expired,
        reversed=account.reversed,
        waiting=account.waiting,
        debt=account.debt,
        lots=_by_date(account.lots, account.idle_at),
        held_lots=_by_date((lot for hold in account.holds for lot in hold.lots), account.idle_at),
    )


def totals_by_currency(state: State, raised: Raised) -> dict[str, Totals]:
    """The totals of one member, by currency."""
    return {code: totals_of(account, raised.get(code, 0)) for code, account in state.accounts.items()}


def moved(before: Mapping[str, Totals], after: Mapping[str, Totals]) -> dict[str, Totals]:
    """What must be added to `before` to make `after`, by currency; those that did not move are left out."""
    codes = dict.fromkeys([*before, *after])
    each = {code: after.get(code, NO_TOTALS) + -before.get(code, NO_TOTALS) for code in codes}
    return {code: totals for code, totals in each.items() if totals != NO_TOTALS}


def added(*several: Mapping[str, Totals]) -> dict[str, Totals]:
    """The sums, by currency."""
    total: dict[str, Totals] = {}
    for one in several:
        for code, totals in one.items():
            total[code] = total[code] + totals if code in total else totals
    return total


def as_of(totals: Totals, now: datetime) -> Totals:
    """The totals with lots past their date expired, whether or not an entry says so yet.

    Exact for accounts where nothing waits and nothing is held; `correction` has the rest.
    """
    kept = {date: points for date, points in totals.lots.items() if date is None or date > now}
    gone = sum(totals.lots.values()) - sum(kept.values())
    return replace(totals, lots=kept, expired=totals.expired + gone) if gone else totals


def is_open(state: State) -> bool:
    """Whether time does more to the member than expire lots: something waits to be released, or is held."""
    return any(account.pending or account.holds for account in state.accounts.values())


def correction(state: State, now: datetime) -> dict[str, Totals]:
    """What `as_of` leaves out for one member: what is released by `now`, what comes back, and what that pays."""
    plain = {code: as_of(totals, now) for code, totals in totals_by_currency(state, {}).items()}
    return moved(plain, totals_by_currency(settle(state, now), {}))


def _by_date(lots: Iterable[Lot], idle_at: datetime | None) -> Dated:
    dated: dict[datetime | None, int] = {}
    for expires_at, points in lots:
        date = expires_at or idle_at
        dated[date] = dated.get(date, 0) + points
    return dated


def _added(one: Dated, other: Dated) -> Dated:
    if not one or not other:
        return one or other
    total = dict(one)
    for date, points in other.items():
        total[date] = total.get(date, 0) + points
    return {date: points for date, points in total.items() if points}


def _negated(dated: Dated) -> Dated:
    return {date: -points for date, points in dated.items()}
