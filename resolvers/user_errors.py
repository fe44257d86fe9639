"""Expected refusals, as payloads carry them."""

from datetime import datetime

import strawberry

from domain.refusals import Code
from resolvers.scalars import Points


@strawberry.interface
class UserError:
    """An expected refusal; it changed nothing. `path` points into the input."""

    code: Code
    message: str
    path: list[str] | None


@strawberry.type
class InsufficientPoints(UserError):
    """More points are needed than are available."""

    required: Points
    available: Points


@strawberry.type
class LimitReached(UserError):
    """A limit is used up."""

    limit: int
    resets_at: datetime | None


@strawberry.type
class NotEligible(UserError):
    """Every reason why not, for people."""

    reasons: list[str]


@strawberry.type
class GenericUserError(UserError):
    """Any refusal that needs no more than its code."""


ERROR_TYPES = (InsufficientPoints, LimitReached, NotEligible, GenericUserError)
