"""Staff give back points that have expired; above the limit a second person decides."""

from dataclasses import dataclass

from domain.ledger.canonical import input_hash
from domain.ledger.entry import Entry
from domain.refusals import Refused, invalid
from domain.support.approval import Approval
from domain.support.correction import Reinstatement
from services.context import Context
from services.identity import Identity
from services.program.refuse_currency import refuse_currency
from services.support.correct import MAX_POINTS, Correct, correct


@dataclass(frozen=True, slots=True)
class ReinstatePoints:
    """So many of the points that have expired come back."""

    member: str
    points: int
    reason: str
    note: str
    key: str
    currency: str | None = None


async def reinstate_points(
    context: Context, identity: Identity, command: ReinstatePoints
) -> Entry | Approval | Refused:
    """They come back with the date of points earned now; the limit is that of adjustments.

    Refuses as `correct` does, INVALID_INPUT above what has expired and not come back, and LIMIT_REACHED past the
    bounds of an account.
    """
    program = await context.programs.current()
    refusal = refuse_currency(program, command.currency)
    if refusal:
        return refusal
    if not 1 <= command.points <= MAX_POINTS:
        return invalid(f"Points are from 1 to {MAX_POINTS}.", "points")
    currency = program.currency_code(command.currency)
    return await correct(
        context,
        identity,
        Correct(
            member=command.member,
            what=Reinstatement(command.points, currency),
            reason=command.reason,
            note=command.note,
            key=command.key,
            input=input_hash("reinstate", command.points, currency, command.reason, command.note),
        ),
    )
