"""A partner's codes come into a pool, from a file of theirs."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.program.rewards import Pool
from domain.refusals import Refused, invalid, not_found
from domain.rewards.codes import bare
from domain.time import day_start, whole_ms
from mongo.pools import PoolCode
from services.context import Context
from services.importing.lines import Line, read_lines

MAX_CODE = 100
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Left:
    """A line that was not taken, and why. `twice`: its code is in already, which is no mistake of the file's."""

    line: int
    reason: str
    twice: bool = False


@dataclass(slots=True)
class PoolImport:
    """How far an import is: lines of codes, those that are new, and those that stay out."""

    rows: int = 0
    new: int = 0
    left: list[Left] = field(default_factory=list)
    position: int = 0

    @property
    def wrong(self) -> int:
        """How many lines could not be taken at all."""
        return sum(not one.twice for one in self.left)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    code: PoolCode
    bare: str


async def import_pool(
    context: Context, path: Path, pool: str, on_progress: Callable[[PoolImport], None] = lambda _: None
) -> PoolImport | Refused:
    """Puts the codes of a CSV file (columns `code` and, if it has one, `expires`) into a pool of the programme.

    A code that is in already, or comes twice, stays out and is reported, so that the same file can be imported
    again. `expires` is a day, the last on which the code holds, or a moment with its offset, from which on it
    does not. Refuses NOT_FOUND for a pool that the programme has not, and INVALID_INPUT for a file without `code`
    in its first line. Raises OSError when the file cannot be read.
    """
    program = await context.programs.current()
    if pool not in [one.code for one in program.pools]:
        return not_found(f"The programme has no pool {pool}: {_say(program.pools)}.", "pool")
    lines = read_lines(path)
    names = _names(next(lines, None))
    if "code" not in names:
        return invalid("The first line of the file names its columns, and one of them is `code`.", "file")
    reading = _Reading(pool, names, program.zone, context.clock())
    for some in _batches(lines):
        await _take(context, reading, [row for line in some if (row := reading.row(line))])
        on_progress(reading.report)
    reading.report.left.sort(key=lambda one: one.line)
    return reading.report


class _Reading:
    """A file on its way in."""

    def __init__(self, pool: str, names: list[str], zone: ZoneInfo, now: datetime) -> None:
        self._pool = pool
        self._names = names
        self._zone = zone
        self._now = now
        self._seen: dict[str, int] = {}
        self.report = PoolImport()

    def row(self, line: Line) -> _Row | None:
        """The code of a line that is to go in; of any other it is noted why not. Blank lines are no rows."""
        self.report.position = line.position
        if not line.data.strip() and line.fault is None:
            return None
        self.report.rows += 1
        found = line.fault or self._read(line)
        if isinstance(found, str):
            self.leave(line.number, found)
            return None
        before = self._seen.setdefault(found.bare, line.number)
        if before != line.number:
            self.leave(line.number, f"the same code as in line {before}", twice=True)
            return None
        return found

    def leave(self, line: int, reason: str, *, twice: bool = False) -> None:
        """Notes a line that stays out."""
        self.report.left.append(Left(line, reason, twice))

    def _read(self, line: Line) -> _Row | str:
        """What the line holds, or what is wrong with it."""
        try:
            cells = dict(zip(self._names, (cell.strip() for cell in _cells(line)), strict=False))
        except (csv.Error, UnicodeDecodeError) as fault:
            return f"no line of CSV in UTF-8: {fault}"
        code, expires = cells.get("code", ""), cells.get("expires", "")
        if not bare(code) or len(code) > MAX_CODE or not code.isprintable():
            return f"a code has 1 to {MAX_CODE} characters, and letters or digits among them"
        try:
            ends = _end(expires, self._zone) if expires else None
        except (ValueError, OverflowError):
            return f"expires is a day or a moment with its offset, such as 2027-01-31, and not {expires!r}"
        if ends and ends <= self._now:
            return f"it has expired: {expires}"
        return _Row(line.number, PoolCode(self._pool, code, ends), bare(code))


async def _take(context: Context, reading: _Reading, rows: list[_Row]) -> None:
    given = await context.redemptions.codes_among([row.bare for row in rows])
    for row in rows:
        if row.bare in given:
            reading.leave(row.line, "it was given as a voucher already", twice=True)
    fresh = [row for row in rows if row.bare not in given]
    there = await context.pools.add([row.code for row in fresh]) if fresh else {}
    for index, pool in there.items():
        reading.leave(fresh[index].line, f"it is in the pool {pool} already", twice=True)
    reading.report.new += len(fresh) - len(there)


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while some := list(islice(lines, _BATCH)):
        yield some


def _names(first: Line | None) -> list[str]:
    """The columns; none where the first line cannot be read."""
    try:
        return [name.strip().casefold() for name in _cells(first)] if first else []
    except (csv.Error, UnicodeDecodeError):
        return []


def _cells(line: Line) -> list[str]:
    return next(csv.reader([line.data.decode()], strict=True), [])


def _end(text: str, zone: ZoneInfo) -> datetime | None:
    """From when on it does not hold; None for ever, which many write as a day of the last year of all.

    Raises ValueError for what is no day and no moment with its offset, OverflowError for one before all calendars.
    """
    if len(text) == len("2027-01-31"):
        day = date.fromisoformat(text)
        return None if day.year == date.max.year else day_start(day + timedelta(days=1), zone)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its offset")
    # In that year some zones have no date any more for what others have one for.
    return None if moment.year == date.max.year else whole_ms(moment)


def _say(pools: tuple[Pool, ...]) -> str:
    return f"it has {', '.join(pool.code for pool in pools)}" if pools else "it has none"
