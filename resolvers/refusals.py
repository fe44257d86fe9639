"""The one mapper from refusals of services to errors of payloads."""

from typing import Any

from domain import refusals
from domain.refusals import Refused
from resolvers.errors import GraphQLRefusal, bad_request
from resolvers.scalars import Points
from resolvers.user_errors import GenericUserError, InsufficientPoints, LimitReached, NotEligible, UserError


def user_error(refused: Refused, *prefix: str) -> UserError:
    """The payload's error for a refusal; `prefix` is where the refused part stood in the input."""
    path = [*prefix, *refused.path]
    common: dict[str, Any] = {"code": refused.code, "message": refused.message, "path": path or None}
    match refused:
        case refusals.InsufficientPoints(required=required, available=available):
            return InsufficientPoints(**common, required=Points(required), available=Points(available))
        case refusals.LimitReached(limit=limit, resets_at=resets_at):
            return LimitReached(**common, limit=limit, resets_at=resets_at)
        case refusals.NotEligible(reasons=reasons):
            return NotEligible(**common, reasons=list(reasons))
    return GenericUserError(**common)


def bad_query(refused: Refused) -> GraphQLRefusal:
    """The top-level error for a refusal of a query's arguments: queries have no payload to carry it."""
    return bad_request(refused.message)
