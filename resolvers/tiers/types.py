"""Tiers, and where a member stands, as clients see them."""

from datetime import datetime
from decimal import Decimal

import strawberry

from domain.program.levels import Tier as DomainTier
from domain.program.levels import Window
from domain.program.program import Program
from domain.tiers.given import rank_of
from domain.tiers.standing import Progress, Standing
from resolvers.scalars import Points


@strawberry.type
class TierPerk:
    """Something that a tier's members have, by a code that shops know."""

    code: str
    name: str


@strawberry.type
class Tier:
    """metric: what qualifies (points, spend, visits, ...); threshold in its unit."""

    code: str
    name: str
    rank: int
    metric: str
    threshold: Decimal
    multiplier: Decimal
    benefits: list[str]
    perks: list[TierPerk]
    early_access_days: int = strawberry.field(description="How much earlier its members may have a reward.")
    birthday_points: Points = strawberry.field(description="A gift in the default currency each birthday.")
    window: str = strawberry.field(
        description="Over what it is counted: calendar_year, anniversary (the member's own year from the day they "
        "joined) or rolling (the last `windowMonths` months, this one included)."
    )
    window_months: int | None = strawberry.field(description="Null but for rolling windows.")


@strawberry.type
class TierProgress:
    """How far to reach a tier, or to keep it."""

    tier: Tier
    required: Decimal
    remaining: Decimal
    by: datetime | None = strawberry.field(
        description="Exclusive. By the last months: when enough falls out of them; null while nothing does."
    )


@strawberry.type
class TierOverride:
    """Staff have given the member this tier, whatever qualifies. `until` is exclusive."""

    tier: Tier
    until: datetime


@strawberry.type
class TierStanding:
    """A member's tier now. `validUntil` is exclusive: when it has ended unless it is kept; null: never."""

    tier: Tier
    since: datetime
    valid_until: datetime | None
    next: TierProgress | None
    keep: TierProgress | None
    qualifying: Decimal
    grace_until: datetime | None = strawberry.field(
        description="How long it stays after `validUntil`, exclusive; null without days of grace."
    )
    override: TierOverride | None


def tiers_of(program: Program) -> list[Tier]:
    """All tiers, lowest first."""
    return [_tier(program, rank, level) for rank, level in enumerate(program.tiers.levels)]


def standing_of(program: Program, found: Standing, joined_at: datetime) -> TierStanding:
    """The standing of a member who joined then."""
    return TierStanding(
        tier=_find(program, found.tier),
        since=found.since or joined_at,
        valid_until=found.valid_until,
        next=_progress(program, found.next),
        keep=_progress(program, found.keep),
        qualifying=found.qualifying,
        grace_until=found.grace_until,
        override=TierOverride(tier=_find(program, found.tier), until=found.given.until) if found.given else None,
    )


def tier_of(program: Program, code: str) -> Tier | None:
    """The tier of that code; None for one that the programme has no more."""
    rank = rank_of(program, code)
    return _tier(program, rank, program.tiers.levels[rank]) if rank >= 0 else None


def _progress(program: Program, found: Progress | None) -> TierProgress | None:
    if found is None:
        return None
    return TierProgress(
        tier=_find(program, found.tier), required=found.required, remaining=found.remaining, by=found.by
    )


def _find(program: Program, level: DomainTier) -> Tier:
    return _tier(program, program.tiers.levels.index(level), level)


def _tier(program: Program, rank: int, level: DomainTier) -> Tier:
    tiers = program.tiers
    return Tier(
        code=level.code,
        name=level.name,
        rank=rank,
        metric=tiers.metric.value,
        threshold=level.threshold,
        multiplier=level.multiplier,
        benefits=list(level.benefits),
        perks=[TierPerk(code=code, name=name) for code, name in level.perks.items()],
        early_access_days=level.early_access_days,
        birthday_points=Points(level.birthday_points),
        window=tiers.window.value,
        window_months=tiers.months if tiers.window is Window.ROLLING else None,
    )
