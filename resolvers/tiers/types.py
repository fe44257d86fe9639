"""Tiers, and where a member stands, as clients see them."""

from datetime import datetime
from decimal import Decimal

import strawberry

from domain.program.levels import Tier as DomainTier
from domain.program.program import Program
from domain.tiers.standing import Progress, Standing


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


@strawberry.type
class TierProgress:
    """How far to reach a tier, or to keep it."""

    tier: Tier
    required: Decimal
    remaining: Decimal
    by: datetime | None


@strawberry.type
class TierStanding:
    """A member's tier now. `validUntil` is exclusive; null: for ever."""

    tier: Tier
    since: datetime
    valid_until: datetime | None
    next: TierProgress | None
    keep: TierProgress | None
    qualifying: Decimal


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
    )


def _progress(program: Program, found: Progress | None) -> TierProgress | None:
    if found is None:
        return None
    return TierProgress(
        tier=_find(program, found.tier), required=found.required, remaining=found.remaining, by=found.by
    )


def _find(program: Program, level: DomainTier) -> Tier:
    return _tier(program, program.tiers.levels.index(level), level)


def _tier(program: Program, rank: int, level: DomainTier) -> Tier:
    return Tier(
        code=level.code,
        name=level.name,
        rank=rank,
        metric=program.tiers.metric.value,
        threshold=level.threshold,
        multiplier=level.multiplier,
        benefits=list(level.benefits),
    )
