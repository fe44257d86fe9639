"""An agent corrects points; above the agent's limit a second person decides."""

from dataclasses import dataclass

from domain.ledger.canonical import input_hash
from domain.ledger.entry import Entry
from domain.refusals import Refused, invalid
from domain.support.approval import Approval
from domain.support.correction import Adjustment
from services.context import Context
from services.identity import Identity
from services.program.refuse_currency import refuse_currency
from services.support.correct import MAX_POINTS, Correct, correct


@dataclass(frozen=True, slots=True)
class AdjustPoints:
    """Give (positive) or take (negative) points. `note` says to colleagues why, and stays out of the ledger."""

    member: str
    points: int
    reason: str
    note: str
    key: str
    currency: str | None = None
    expected_revision: int | None = None


async def adjust_points(context: Context, identity: Identity, command: AdjustPoints) -> Entry | Approval | Refused:
    """The entry, or the approval that waits for a second person.

    Refuses as `correct` does, bad points and currencies, STALE_REVISION when the account has moved on since the
    agent looked, and within the agent's limit INSUFFICIENT_POINTS and LIMIT_REACHED.
    """
    program = await context.programs.current()
    refusal = _refuse_points(command.points) or refuse_currency(program, command.currency)
    if refusal:
        return refusal
    currency = program.currency_code(command.currency)
    return await correct(
        context,
        identity,
        Correct(
            member=command.member,
            what=Adjustment(command.points, currency, command.expected_revision),
            reason=command.reason,
            note=command.note,
            key=command.key,
            input=input_hash("adjust", command.points, currency, command.reason, command.note),
        ),
    )


def _refuse_points(points: int) -> Refused | None:
    if 0 < abs(points) <= MAX_POINTS:
        return None
    return invalid(f"Points are from 1 to {MAX_POINTS}, or below zero to take them.", "points")
