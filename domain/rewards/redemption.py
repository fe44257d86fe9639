"""A redemption, its voucher, and the decision whether a member may have a reward now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.ledger.state import State
from domain.program.levels import Tier
from domain.program.program import Program, Reward
from domain.refusals import Code, NotEligible, Refused, insufficient_points

_REFERENCE = "redemption/"


class RedemptionStatus(StrEnum):
    """The API's states of a redemption; this build makes ISSUED ones, and CANCELLED when all points went back."""

    IN_REVIEW = "IN_REVIEW"
    ISSUED = "ISSUED"
    FULFILLED = "FULFILLED"
    USED = "USED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Voucher:
    """What the member shows at the till."""

    code: str
    expires_at: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Redemption:
    """Points given for a reward. `sequence` is the entry that took them; `points` is what it took, positive.

    `returned`: how many of them reversals have given back.
    """

    id: str
    member: str
    reward: str
    quantity: int
    points: int
    status: RedemptionStatus
    voucher: Voucher | None
    sequence: int
    key: str
    created_at: datetime
    updated_at: datetime
    returned: int = 0

    def status_at(self, now: datetime) -> RedemptionStatus:
        """What has become of it by `now`: one whose voucher nobody used in time is EXPIRED, without any entry."""
        expires_at = self.voucher.expires_at if self.voucher else None
        if self.status is RedemptionStatus.ISSUED and expires_at is not None and expires_at <= now:
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
