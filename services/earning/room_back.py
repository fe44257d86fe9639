"""What an award used of budgets goes back to them with its reversal, in the same transaction."""

import logging

from domain.earning.judging.budgets import Budget, used_of
from domain.earning.returns.room_back import Asked, budgets_back
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.program.program import Program
from mongo.transactions import Session
from services.context import Context
from services.ledger.past import read_naming

logger = logging.getLogger(__name__)
_AWARDS = (EntryKind.EARN, EntryKind.PENDING)


async def program_of(context: Context, current: Program, award: Entry) -> Program:
    """The version that gave the award, as its lines say; one that gave no points only counted."""
    return await context.programs.at(award.lines[0].version) if award.lines else current


def budgets_used(program: Program, award: Entry) -> dict[Budget, int]:
    """What an entry used of budgets; `program` is its own version."""
    if award.kind not in _AWARDS:
        return {}
    return used_of(program, award.occurred_at, [(award.currency, award.lines)])


async def give_room_back(context: Context, session: Session, entry: Entry) -> None:
    """Gives back what the award that `entry` reverses used of budgets; nothing for any other entry.

    What is given back goes by all that reversals of it have asked for so far, which the ledger says.
    """
    if entry.kind is not EntryKind.REVERSE or entry.reverses is None:
        return
    slot = (entry.member, entry.reverses)
    award = (await context.ledger.get_many([slot])).get(slot)
    if award is None or not award.lines:
        return
    program = await context.programs.at(award.lines[0].version)
    if not budgets_used(program, award):
        return
    earlier = await read_naming(context.ledger, award, until=entry.seq - 1)
    before = sum(asked_by(one) for one in earlier if one.kind is EntryKind.REVERSE)
    for budget, points in budgets_back(program, award, Asked.of(award, before, entry.lines)).items():
        if not await context.rooms.give_back(session, budget, points):
            logger.error("a budget has less to give back than was used of it", extra={"budget": budget.id})


def asked_by(reversal: Entry) -> int:
    """How many points of its award a reversal asked for, whether or not they could be had."""
    return -sum(line.points for line in reversal.lines if line.points < 0)
