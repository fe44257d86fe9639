"""Whether a member may have a reward now: the price, and every reason why not, all at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from domain.ledger.state import MAX_POINTS
from domain.program.levels import Tier
from domain.program.program import Program
from domain.program.rewards import Reward, Variant
from domain.refusals import Code, NotEligible, Refused, insufficient_points, invalid
from domain.rewards.eyes import Eyes
from domain.rewards.limits import bounds_of, refuse_limits
from domain.rewards.prices import Quoted, quote

_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Availability:
    """One reward as one member may have it at one moment. `price` and `missing_points` are for one, the missing
    points for as many as were asked about."""

    price: Quoted
    missing_points: int
    refusals: tuple[Refused, ...]
    variants: tuple["VariantAvailability", ...] = ()

    @property
    def cost(self) -> int:
        """The points for one."""
        return self.price.cost

    @property
    def copay(self) -> Decimal | None:
        """The money for one."""
        return self.price.copay

    @property
    def redeemable(self) -> bool:
        """Whether nothing stands against it."""
        return not self.refusals

    def refused_first(self, refusals: Iterable[Refused | None]) -> "Availability":
        """The same with these reasons before the others."""
        return replace(self, refusals=(*filter(None, refusals), *self.refusals))

    def refused_last(self, refusal: Refused | None) -> "Availability":
        """The same with this reason behind the others."""
        return replace(self, refusals=(*self.refusals, refusal)) if refusal else self


@dataclass(frozen=True, slots=True)
class VariantAvailability:
    """One variant: what stands against it beside what stands against the whole reward."""

    variant: Variant
    refusals: tuple[Refused, ...]


def availability(
    reward: Reward,
    eyes: Eyes,
    *,
    quantity: int = 1,
    variant: str | None = None,
    used: Mapping[str, int] = _NONE,
) -> Availability:
    """Every reason why whoever looks may not have `quantity` of the reward now, the lasting ones first.

    The reward is as it stands: its stock, and that of its variants, is what is left. `used`: what was used of its
    limits, by id. Without a variant it is about the whole reward, which is out of stock when all variants are.
    """
    price = quote(reward, eyes)
    currency = eyes.program.currency_code(reward.currency)
    required, available = price.cost * quantity, eyes.available(currency)
    bounds = bounds_of(eyes.program, reward, eyes.member, eyes.at)
    checks = (
        _window(reward, eyes.tier, eyes.at),
        _eligible(eyes.program, reward, eyes),
        _stock(reward, variant, quantity),
        refuse_limits(reward, bounds, used, quantity),
        insufficient_points(min(required, MAX_POINTS), available) if required > available else None,
    )
    refusals = tuple(refusal for refusal in checks if refusal)
    # More than there can be points is said as the most that there can be.
    missing = min(max(0, required - available), MAX_POINTS)
    return Availability(price, missing, refusals, _variants(reward, quantity))


def refuse_variant(reward: Reward, code: str | None) -> Refused | None:
    """INVALID_INPUT for a reward of variants without one of them, and for a variant of a reward that has none."""
    if reward.variant(code) is not None or (code is None and not reward.variants):
        return None
    if not reward.variants:
        return invalid(f"{reward.title} has no variants.", "variant")
    codes = ", ".join(variant.code for variant in reward.variants)
    return invalid(f"Say which {reward.title}: {codes}.", "variant")


def no_codes(reward: Reward, quantity: int = 1) -> Refused:
    """OUT_OF_STOCK of a reward whose pool cannot give so many codes."""
    message = f"{quantity} of {reward.title} cannot be had: its vouchers are used up."
    return Refused(Code.OUT_OF_STOCK, message, ("rewardId",))


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


def _eligible(program: Program, reward: Reward, eyes: Eyes) -> Refused | None:
    found = (_below(program, reward, eyes), None if eyes.meet(reward) else _unmet(reward))
    reasons = tuple(filter(None, found))
    return NotEligible(Code.NOT_ELIGIBLE, reasons[0], ("rewardId",), reasons=reasons) if reasons else None


def _below(program: Program, reward: Reward, eyes: Eyes) -> str | None:
    if reward.min_tier is None:
        return None
    levels = program.tiers.levels
    # The catalog may be a moment ahead of the programme in hand: nobody holds a tier that it does not know.
    rank = next((rank for rank, level in enumerate(levels) if level.code == reward.min_tier), len(levels))
    if eyes.rank >= rank:
        return None
    name = levels[rank].name if rank < len(levels) else reward.min_tier
    return f"{reward.title} is for members of tier {name} and above."


def _unmet(reward: Reward) -> str:
    return reward.why or f"{reward.title} is for other members."


def _stock(reward: Reward, code: str | None, quantity: int) -> Refused | None:
    chosen = reward.variant(code)
    if chosen is not None:
        return _out_of(f"{reward.title}, {chosen.name},", chosen.stock, quantity)
    if not reward.variants:
        return _out_of(reward.title, reward.stock, quantity)
    if any(variant.stock is None or variant.stock >= quantity for variant in reward.variants):
        return None
    return _out_of(reward.title, max(variant.stock or 0 for variant in reward.variants), quantity)


def _out_of(what: str, stock: int | None, quantity: int) -> Refused | None:
    if stock is None or stock >= quantity:
        return None
    left = f"only {stock} are left" if stock else "it is sold out"
    return Refused(Code.OUT_OF_STOCK, f"{quantity} of {what} cannot be had: {left}.", ("rewardId",))


def _variants(reward: Reward, quantity: int) -> tuple[VariantAvailability, ...]:
    found = ((one, _stock(reward, one.code, quantity)) for one in reward.variants)
    return tuple(VariantAvailability(one, (refusal,) if refusal else ()) for one, refusal in found)
