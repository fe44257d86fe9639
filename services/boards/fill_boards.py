"""Puts the leaderboards into Redis where it has lost them, or never had them."""

from datetime import datetime

from domain.program.program import Program
from services.context import Context


def board_name(year: str | None) -> str:
    """The name in Redis of the board of a year; None: of all times."""
    return f"year:{year}" if year else "lifetime"


def current_year(program: Program, now: datetime) -> str:
    """The calendar year in the programme's zone, as qualifying amounts are counted."""
    return str(now.astimezone(program.zone).year)


async def fill_boards(context: Context, *, anew: bool = False) -> list[str]:
    """Fills the boards that Redis cannot show, or all of them; the names of those it filled.

    Nothing happens while Redis is away, or where another is filling the same board: the readers ask MongoDB.
    """
    program = await context.programs.current()
    filled = []
    for year in (None, current_year(program, context.clock())):
        name = board_name(year)
        if not anew and await context.boards.size(name) is not None:
            continue
        if await context.boards.replace(name, context.accounts.board(year)):
            filled.append(name)
    return filled
