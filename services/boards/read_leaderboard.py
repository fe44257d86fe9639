"""A leaderboard, from Redis where it answers and from MongoDB where it does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.money import digits
from domain.program.levels import Metric
from domain.program.program import Program
from services.boards.fill_boards import board_name, current_year
from services.context import Context


class Board(StrEnum):
    """The boards: awards of the default currency, less those taken back, and what qualified this calendar year.

    Neither lists a member who has nothing of it.
    """

    LIFETIME = "lifetime"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Row:
    """A member's place; `value` in points, or in the metric's unit."""

    rank: int
    member: str
    value: float


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A part of the board, whether more follows, and the place of the member who was asked about."""

    rows: tuple[Row, ...]
    has_next: bool
    mine: Row | None


async def read_leaderboard(
    context: Context, board: Board, *, me: str | None = None, first: int = 20, start: int = 0
) -> Leaderboard:
    """`first` rows from position `start` (0 is the first). No two members share a rank; ties go by id."""
    program = await context.programs.current()
    year = current_year(program, context.clock()) if board is Board.YEAR else None
    found = await _page(context, year, start, first + 1)
    place = await _place(context, year, me) if me else None
    unit = _unit(program, board)
    rows = [Row(start + index + 1, member, value / unit) for index, (member, value) in enumerate(found[:first])]
    mine = Row(place[0], me, place[1] / unit) if me and place else None
    return Leaderboard(tuple(rows), len(found) > first, mine)


async def _page(context: Context, year: str | None, start: int, count: int) -> Sequence[tuple[str, int]]:
    cached = await context.boards.page(board_name(year), start=start, count=count)
    return cached if cached is not None else await context.accounts.top(year=year, start=start, count=count)


async def _place(context: Context, year: str | None, member: str) -> tuple[int, int] | None:
    name = board_name(year)
    place = await context.boards.rank(name, member)
    # No place is no answer, unless the board itself answers: then it does not list the member.
    if place or await context.boards.size(name) is not None:
        return place
    return await context.accounts.rank(member, year=year)


def _unit(program: Program, board: Board) -> int:
    """How many of the stored unit make one of the board's: 100 for spend in USD, stored in cents."""
    spend = board is Board.YEAR and program.tiers.metric is Metric.SPEND
    return 10 ** digits(program.money) if spend else 1
