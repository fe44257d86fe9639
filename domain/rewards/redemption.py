"""A redemption, its vouchers, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

_REFERENCE = "redemption/"


class RedemptionStatus(StrEnum):
    """What has become of a redemption. FULFILLED: handed over to whoever delivers it."""

    IN_REVIEW = "IN_REVIEW"
    ISSUED = "ISSUED"
    FULFILLED = "FULFILLED"
    USED = "USED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class VoucherUse:
    """One use at a till: (store, till, receipt) name it. `amount`: what was taken off a gift card."""

    store: str
    till: str
    receipt: str
    at: datetime
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Voucher:
    """What the member shows at the till. `used_at`: when it was used up. `value`: what a gift card held at first.

    `void_at`: when its redemption was cancelled, since which it is nothing.
    """

    code: str
    expires_at: datetime | None = None
    used_at: datetime | None = None
    value: Decimal | None = None
    uses: tuple[VoucherUse, ...] = ()
    void_at: datetime | None = None

    @property
    def left(self) -> Decimal | None:
        """What a gift card still holds; None for any other voucher."""
        if self.value is None:
            return None
        return self.value - sum((use.amount for use in self.uses if use.amount), Decimal(0))


@dataclass(frozen=True, slots=True)
class Address:
    """Where goods go. Personal: it stands beside the redemption and never in the ledger."""

    name: str
    lines: tuple[str, ...]
    city: str
    country: str
    postal_code: str | None = None
    region: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The way of goods to the member, as far as it is known."""

    address: Address | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LimitUse:
    """What a redemption used of one of its reward's limits: `count` of the budget `id`."""

    id: str
    count: int


@dataclass(frozen=True, slots=True)
class Handled:
    """A command that changed a redemption and moved no points: its key, and the hash of what was asked."""

    key: str
    input: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What cancelling gave back, by the entry `sequence`: of these `points` some live on until a new date, since
    theirs had passed, or were lost by that."""

    sequence: int
    points: int
    extended: int = 0
    lost: int = 0
    extended_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Redemption:
    """Points given for a reward. `sequence` is the entry that took them, a hold if it was ever IN_REVIEW;
    `captured` the one that then spent what was held. `points` is what it took, positive; `copay` what is to be
    paid in money beside it, for all of them.

    `returned`: how many of its points were given back. `endless`: there was no end of the reward then, so that it
    took nothing off a stock. `guards`: which had it reviewed; `review_until`: when that
    ends. `limits`: what it used of them, so that cancelling gives just that back. `untold`: what the member is
    still to be told of it. `revision` counts its changes. `cancelled`: what came back, if it was cancelled as a
    whole and not by reversals of its entry.
    """

    id: str
    member: str
    reward: str
    quantity: int
    points: int
    status: RedemptionStatus
    sequence: int
    key: str
    created_at: datetime
    updated_at: datetime
    vouchers: tuple[Voucher, ...] = ()
    returned: int = 0
    variant: str | None = None
    endless: bool = False
    copay: Decimal | None = None
    captured: int | None = None
    guards: tuple[str, ...] = ()
    review_until: datetime | None = None
    limits: tuple[LimitUse, ...] = ()
    delivery: Delivery | None = None
    untold: tuple[str, ...] = ()
    revision: int = 0
    cancelled: Cancelled | None = None
    handled: tuple[Handled, ...] = ()

    @property
    def voucher(self) -> Voucher | None:
        """The first of its vouchers, which most have no more of."""
        return self.vouchers[0] if self.vouchers else None

    @property
    def debit(self) -> int:
        """The sequence of the entry that spent its points."""
        return self.sequence if self.captured is None else self.captured

    def status_at(self, now: datetime) -> RedemptionStatus:
        """What has become of it by `now`: one whose vouchers nobody used in time is EXPIRED, without any entry."""
        ends = [voucher.expires_at for voucher in self.vouchers if voucher.used_at is None]
        if self.status is RedemptionStatus.ISSUED and ends and all(end is not None and end <= now for end in ends):
            return RedemptionStatus.EXPIRED
        return self.status


def reference_of(id: str) -> str:
    """The ledger's reference of a redemption."""
    return _REFERENCE + id


def id_in(reference: str | None) -> str | None:
    """The redemption that a reference names; None for any other. Services choose the references of their holds:
    it is a redemption's only where an entry of a redemption has it."""
    return reference.removeprefix(_REFERENCE) if reference and reference.startswith(_REFERENCE) else None
