"""Refusals: the expected ways in which Regulars says no. They are values; faults are exceptions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Code(StrEnum):
    """The closed list of reasons a caller can branch on; the same names as the API's `ErrorCode`."""

    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN = "FORBIDDEN"
    INVALID_INPUT = "INVALID_INPUT"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    MEMBER_NOT_ACTIVE = "MEMBER_NOT_ACTIVE"
    INSUFFICIENT_POINTS = "INSUFFICIENT_POINTS"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    LIMIT_REACHED = "LIMIT_REACHED"
    NOT_AVAILABLE_NOW = "NOT_AVAILABLE_NOW"
    ALREADY_REVERSED = "ALREADY_REVERSED"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    HOLD_NOT_OPEN = "HOLD_NOT_OPEN"
    STALE_REVISION = "STALE_REVISION"
    PRICE_CHANGED = "PRICE_CHANGED"


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal that changed nothing.

    `message` is one English sentence for people, naming what to do next; `path` points into the input,
    in the API's camelCase names, such as `("points",)`.
    """

    code: Code
    message: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InsufficientPoints(Refused):
    """The member would need `required` points and may spend `available`."""

    required: int = 0
    available: int = 0


@dataclass(frozen=True, slots=True)
class LimitReached(Refused):
    """A limit of `limit` is used up; it opens again at `resets_at`, or never when that is None."""

    limit: int = 0
    resets_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotEligible(Refused):
    """Every reason why not, each a sentence a member can read."""

    reasons: tuple[str, ...] = ()


def invalid(message: str, *path: str) -> Refused:
    """Bad input, said once and pointing at the field."""
    return Refused(Code.INVALID_INPUT, message, path)


def insufficient_points(required: int, available: int) -> InsufficientPoints:
    """More points are asked for than may be spent."""
    message = f"This takes {required} points and {available} are available."
    return InsufficientPoints(Code.INSUFFICIENT_POINTS, message, required=required, available=available)


def not_found(message: str, *path: str) -> Refused:
    """What the input names does not exist, or not for this caller."""
    return Refused(Code.NOT_FOUND, message, path)
