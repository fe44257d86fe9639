"""A redemption, its voucher, and the decision whether a member may have a reward now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain.ledger.state import State
from domain.program.levels import Tier
from domain.program.program import Program
from domain.program.rewards import Reward
from domain.refusals import Code, NotEligible, Refused, insufficient_points

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

    `returned`: how many of its points were given back. `guards`: which had it reviewed; `review_until`: when that
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
    copay: Decimal | None = None
    captured: int | None = None
    guards: tuple[str, ...] = ()
    review_until: datetime | None = None
    limits: tuple[LimitUse, ...] = ()
    delivery: Delivery | None = None
    untold: tuple[str, ...] = ()
    revision: int = 0
    cancelled: Cancelled | None = None

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


@dataclass(frozen=True, slots=True)
class Availability:
    """One reward as one member may have it at one moment. `cost` is for one."""

    cost: int
    missing_points: int
    refusals: tuple[Refused, ...]

    @property
    def redeemable(self) -> bool:
        """Whether nothing stands against it."""
        return not self.refusals


def availability(
    program: Program, reward: Reward, state: State, tier: Tier, now: datetime, *, quantity: int = 1
) -> Availability:
    """Every reason why the member may not have `quantity` of the reward now; `state` is settled."""
    currency = program.currency_code(reward.currency)
    required = reward.cost * quantity
    available = state.account(currency).available
    checks = (
        _window(reward, tier, now),
        _tier(program, reward, tier),
        _stock(reward, quantity),
        _points(required, available),
    )
    refusals = tuple(refusal for refusal in checks if refusal)
    return Availability(reward.cost, max(0, required - available), refusals)


def opens_before(tier: Tier) -> timedelta:
    """How much earlier than others the members of a tier may have a reward."""
    return timedelta(days=tier.early_access_days)


def _window(reward: Reward, tier: Tier, now: datetime) -> Refused | None:
    early = reward.available_from is not None and now + opens_before(tier) < reward.available_from
    late = reward.available_until is not None and now >= reward.available_until
    if not early and not late:
        return None
    opens = reward.available_from - opens_before(tier) if reward.available_from and early else None
    when = f"from {opens:%Y-%m-%d %H:%M} UTC" if opens else "no longer"
    return Refused(Code.NOT_AVAILABLE_NOW, f"{reward.title} is available {when}.", ("rewardId",))


def _tier(program: Program, reward: Reward, tier: Tier) -> Refused | None:
    if reward.min_tier is None:
        return None
    levels = program.tiers.levels
    # The catalog may be a moment ahead of the programme in hand: nobody holds a tier that it does not know.
    rank = next((rank for rank, level in enumerate(levels) if level.code == reward.min_tier), len(levels))
    if levels.index(tier) >= rank:
        return None
    name = levels[rank].name if rank < len(levels) else reward.min_tier
    reason = f"{reward.title} is for members of tier {name} and above."
    return NotEligible(Code.NOT_ELIGIBLE, reason, ("rewardId",), reasons=(reason,))


def _stock(reward: Reward, quantity: int) -> Refused | None:
    if reward.stock is None or reward.stock >= quantity:
        return None
    left = f"only {reward.stock} are left" if reward.stock else "it is sold out"
    return Refused(Code.OUT_OF_STOCK, f"{quantity} of {reward.title} cannot be had: {left}.", ("rewardId",))


def _points(required: int, available: int) -> Refused | None:
    return insufficient_points(required, available) if required > available else None
