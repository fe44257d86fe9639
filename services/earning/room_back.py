"""What an award used of budgets goes back to them with its reversal, in the same transaction."""

import logging
from collections.abc import Sequence

from domain.earning.judging.budgets import Budget, used_of
from domain.earning.returns.room_back import budgets_back
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.program.program import Program
from mongo.transactions import Session
from services.context import Context

logger = logging.getLogger(__name__)
_AWARDS = (EntryKind.EARN, EntryKind.PENDING)


async def program_of(context: Context, awards: Sequence[Entry]) -> Program:
    """The version that gave an event's awards, of which there is one at least: as their lines say.

    Awards without any line only counted, by the version that was in force when they were written.
    """
    version = next((line.version for award in awards for line in award.lines), None)
    if version is None:
        return await context.programs.as_of(awards[0].recorded_at)
    return await context.programs.at(version)


def budgets_used(program: Program, award: Entry) -> dict[Budget, int]:
    """What an entry used of budgets; `program` is its own version."""
    if award.kind not in _AWARDS:
        return {}
    return used_of(program, award.occurred_at, [(award.currency, award.lines)])


async def give_room_back(context: Context, session: Session, entry: Entry) -> None:
    """Gives back to budgets what `entry` says; nothing for one that is no reversal."""
    if entry.kind is not EntryKind.REVERSE:
        return
    for budget, points in budgets_back(entry.changes).items():
        if not await context.rooms.give_back(session, budget, points):
            logger.error("a budget has less to give back than was used of it", extra={"budget": budget})
