"""What staff put right: four kinds of correction, as data."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Give (positive) or take (negative) points. `expected_revision`: the newest entry that the agent saw."""

    points: int
    currency: str
    expected_revision: int | None = None


@dataclass(frozen=True, slots=True)
class EntryReversal:
    """Undo the member's entry `sequence`: `points` of it, or all that is left of it when None."""

    sequence: int
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """The points that expire at `expires_at` expire at `until` instead."""

    currency: str
    expires_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Reinstatement:
    """Points that have expired come back."""

    points: int
    currency: str


Correction = Adjustment | EntryReversal | Extension | Reinstatement


def needs_active(correction: Correction) -> bool:
    """Whether it is for ACTIVE members only: what gives something new is; what undoes a posting never waits."""
    return not isinstance(correction, EntryReversal)
