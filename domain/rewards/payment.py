"""Paying for a basket with points: how many for how much, exactly, and what of it may be captured and returned.

Amounts of money are whole minor units here.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.money import print_minor, to_minor
from domain.program.program import Program
from domain.refusals import Code, LimitReached, Refused, insufficient_points, invalid

_REFERENCE = "payment/"
MAX_RETURNS = 100


class PaymentStatus(StrEnum):
    """What has become of a payment. RETURNED: all that was captured was given back."""

    HELD = "HELD"
    CAPTURED = "CAPTURED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"
    RETURNED = "RETURNED"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many points are worth so much money, as it was when the payment began."""

    points: int
    minor: int

    def worth(self, points: int) -> int:
        """What points pay, down to a whole minor unit."""
        return points * self.minor // self.points

    def needed(self, amount: int) -> int:
        """The fewest points that pay an amount."""
        return -(-amount * self.points // self.minor)


@dataclass(frozen=True, slots=True)
class Part:
    """Points and the amount that they pay."""

    points: int
    amount: int


@dataclass(frozen=True, slots=True)
class Returned:
    """One return, by the entry `sequence`. Of its points some were past their date: `extended` ones live on until
    then, `lost` ones do not."""

    sequence: int
    points: int
    amount: int
    extended: int = 0
    lost: int = 0
    extended_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Points set aside for a basket by the entry `sequence`, until `expires_at`. `money` is the amounts' currency.

    `captured`: the entry that spent `spent` of them; the rest went back then. `revision` counts its changes.
    """

    id: str
    member: str
    sequence: int
    key: str
    points: int
    amount: int
    basket: int
    money: str
    rate: Rate
    expires_at: datetime
    created_at: datetime
    updated_at: datetime
    reference: str | None = None
    captured: int | None = None
    spent: Part | None = None
    released: int | None = None
    returns: tuple[Returned, ...] = ()
    revision: int = 0

    @property
    def returned(self) -> Part:
        """What was given back of what was captured."""
        return Part(sum(one.points for one in self.returns), sum(one.amount for one in self.returns))

    @property
    def entries(self) -> tuple[int, ...]:
        """The sequences of its entries, oldest first."""
        closing = (self.captured, self.released)
        return (self.sequence, *(one for one in closing if one), *(one.sequence for one in self.returns))

    def status_at(self, now: datetime) -> PaymentStatus:
        """What has become of it by `now`: what nobody captured in time is EXPIRED, without any entry."""
        if self.spent is not None:
            whole = self.returned.points == self.spent.points
            return PaymentStatus.RETURNED if whole else PaymentStatus.CAPTURED
        if self.released is not None:
            return PaymentStatus.RELEASED
        return PaymentStatus.HELD if now < self.expires_at else PaymentStatus.EXPIRED


def rate_of(program: Program) -> Rate | Refused:
    """What points are worth at checkout; NOT_AVAILABLE_NOW when the programme takes none."""
    terms = program.pay_with_points
    minor = to_minor(terms.money, program.money) if terms else None
    if terms is None or not minor:
        return Refused(Code.NOT_AVAILABLE_NOW, "This programme takes no points at checkout.")
    return Rate(terms.points, minor)


def offer(program: Program, basket: int, points: int | None, available: int) -> Part | Refused:
    """What points pay of a basket: `points` of them, or as many as the terms and the member's balance allow.

    Never more points than that amount needs: what would pay nothing stays where it is. Refuses NOT_AVAILABLE_NOW,
    INSUFFICIENT_POINTS, and INVALID_INPUT for fewer points than the least and for more of the basket than points
    may pay.
    """
    rate, terms = rate_of(program), program.pay_with_points
    if isinstance(rate, Refused) or terms is None:
        return rate if isinstance(rate, Refused) else Refused(Code.NOT_AVAILABLE_NOW, "No points are taken.")
    most = basket * terms.most_percent // 100
    if points is not None:
        return _asked(program, rate, points, most, available)
    within = rate.needed(rate.worth(most_points(rate, most)))
    if min(available, within) < terms.least:
        return insufficient_points(terms.least, available) if within >= terms.least else _too_small(terms.least)
    return _part(rate, min(available, within)) or insufficient_points(rate.needed(1), available)


def most_points(rate: Rate, amount: int) -> int:
    """The most points that pay no more than an amount."""
    return ((amount + 1) * rate.points - 1) // rate.minor


def _asked(program: Program, rate: Rate, points: int, most: int, available: int) -> Part | Refused:
    least = program.pay_with_points.least if program.pay_with_points else 1
    if points < least:
        return invalid(f"At least {least} points pay for a basket.", "points")
    if rate.worth(points) > most:
        return invalid(f"Points pay at most {print_minor(most, program.money)} of this basket.", "points")
    if points > available:
        return insufficient_points(points, available)
    return _part(rate, points) or invalid("So few points pay nothing.", "points")


def _part(rate: Rate, points: int) -> Part | None:
    amount = rate.worth(points)
    return Part(rate.needed(amount), amount) if amount else None


def _too_small(least: int) -> Refused:
    return invalid(f"The basket is too small for points: they pay from {least} points on.", "basket")


def to_capture(payment: Payment, amount: int | None) -> Part | Refused:
    """What a capture spends: all of it, or the points that an amount needs. INVALID_INPUT for none or too much."""
    if amount is None:
        return Part(payment.points, payment.amount)
    if not 1 <= amount <= payment.amount:
        most = print_minor(payment.amount, payment.money)
        return invalid(f"A capture is of more than nothing and at most {most}; release it instead.", "amount")
    return Part(payment.rate.needed(amount), amount)


def to_return(payment: Payment, amount: int | None) -> Part | Refused:
    """What a return gives back: all that is left of what was captured, or the share of an amount.

    Shares are rounded down and the last one has the rest, so that all returns together give back just what was
    captured. Refuses HOLD_NOT_OPEN for what was never captured, ALREADY_REVERSED when nothing is left, and
    INVALID_INPUT for an amount of none, too much, or less than a point.
    """
    if payment.spent is None:
        message = "Nothing was captured of this payment: release it instead."
        return Refused(Code.HOLD_NOT_OPEN, message, ("paymentId",))
    back = payment.returned
    left = Part(payment.spent.points - back.points, payment.spent.amount - back.amount)
    if not left.points:
        return Refused(Code.ALREADY_REVERSED, "All of this payment was returned already.", ("paymentId",))
    if len(payment.returns) >= MAX_RETURNS - 1 and amount not in (None, left.amount):
        message = f"A payment is returned in at most {MAX_RETURNS} parts: return all that is left."
        return LimitReached(Code.LIMIT_REACHED, message, ("amount",), limit=MAX_RETURNS)
    if amount is None or amount == left.amount:
        return left
    if not 1 <= amount < left.amount:
        return invalid(f"{print_minor(left.amount, payment.money)} of it is left to return.", "amount")
    points = payment.spent.points * (back.amount + amount) // payment.spent.amount - back.points
    return Part(points, amount) if points > 0 else invalid("So little is less than a point.", "amount")


def with_reversed(payment: Payment, sequence: int, points: int, at: datetime) -> Payment:
    """The payment after an entry of staff's gave back so many of its points: with the share of the amount."""
    if payment.spent is None:
        return payment
    back = payment.returned
    total = payment.spent.amount * (back.points + points) // payment.spent.points
    return with_return(payment, Returned(sequence, points, max(0, total - back.amount)), at)


def with_return(payment: Payment, one: Returned, at: datetime) -> Payment:
    """The payment after one more return."""
    return replace(payment, returns=(*payment.returns, one), updated_at=at, revision=payment.revision + 1)


def payment_reference(id: str) -> str:
    """The ledger's reference of a payment."""
    return _REFERENCE + id


def payment_in(reference: str | None) -> str | None:
    """The payment that a reference names; None for any other. Services choose the references of their own holds:
    it is a payment's only where the payment has the entry."""
    return reference.removeprefix(_REFERENCE) if reference and reference.startswith(_REFERENCE) else None
