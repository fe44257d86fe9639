"""Statements for people, for programs and for spreadsheets."""

import csv
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from domain.ledger.describe import describe
from domain.ledger.statement import Line, Standing
from domain.program.program import Program
from domain.time import day_start, print_date_time
from runtime.faults import CannotRun
from runtime.named import named_member
from runtime.wiring import House
from services.ledger.statement import Statement, all_lines, read_statement, statement_totals

_CSV = (
    *("at", "sequence", "kind", "description", "reference", "points", "pendingChange", "heldChange", "debtChange"),
    *("available", "pending", "held", "debt"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose statement; days are the programme's, the last one excluded. `until` of None: up to now."""

    member: str
    since: date
    until: date | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A statement, and what it takes to write it down."""

    house: House
    program: Program
    name: str
    statement: Statement

    @property
    def lines(self) -> AsyncIterator[Line]:
        """Every line, oldest first."""
        return all_lines(self.house.context, self.statement)


async def read_paper(house: House, wish: Wish) -> Paper:
    """The statement that is wished for. Raises CannotRun for nobody, no such currency, and a period not over."""
    program = await house.context.programs.current()
    currency = program.currency(wish.currency)
    if currency is None:
        codes = ", ".join(one.code for one in program.currencies)
        raise CannotRun(f"The programme has no currency {wish.currency}: it has {codes}.")
    since, now = day_start(wish.since, program.zone), house.context.clock()
    until = day_start(wish.until, program.zone) if wish.until else now
    if wish.until is None and since >= now:
        raise CannotRun("A statement is of a period that is over, and --from lies ahead.")
    if until > now:
        raise CannotRun("A statement is of a period that is over: leave --to out for one up to now.")
    if since >= until:
        raise CannotRun("--from must lie before --to.")
    member = await named_member(house.context, wish.member)
    statement = await read_statement(house.context, member.id, currency.code, since=since, until=until)
    return Paper(house, program, wish.member, statement)


async def write_csv(paper: Paper, out: TextIO) -> None:
    """A heading, the opening, a row an entry, the closing; times in the programme's zone, with their offset.

    A step of time that is due and not posted yet has no sequence. Text that a spreadsheet would take for a
    formula begins with an apostrophe.
    """
    statement, zone = paper.statement, paper.program.zone
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_CSV)
    writer.writerow([_at(statement.since, zone), *_end("OPENING", statement.opening)])
    async for line in paper.lines:
        entry, total = line.entry, line.total
        seq = entry.seq if line.posted else ""
        words = map(plain_text, (describe(entry, paper.program), entry.reference or ""))
        changes = (total.points, total.pending, total.held, total.debt)
        row = [_at(entry.effective_at, zone), seq, entry.kind.value, *words, *changes, *_standing(line.standing)]
        writer.writerow(row)
    writer.writerow([_at(statement.until, zone), *_end("CLOSING", statement.closing)])


async def write_json(paper: Paper, out: TextIO) -> None:
    """One object, its fields named as in the API; times in UTC."""
    statement = paper.statement
    totals = await statement_totals(paper.house.context, statement)
    plain = {
        "member": statement.member,
        "currency": statement.currency,
        "from": print_date_time(statement.since),
        "to": print_date_time(statement.until),
        "opening": _named(statement.opening),
        "closing": _named(statement.closing),
        "totals": [
            {
                "kind": kind.value,
                "count": total.count,
                "points": total.points,
                "pendingChange": total.pending,
                "heldChange": total.held,
                "debtChange": total.debt,
            }
            for kind, total in totals.items()
        ],
        "lines": [_plain_line(paper, line) async for line in paper.lines],
    }
    out.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")


async def write_table(paper: Paper, out: TextIO) -> None:
    """Lines to read, with the balance after each."""
    statement, zone = paper.statement, paper.program.zone
    since, until = (moment.astimezone(zone) for moment in (statement.since, statement.until))
    print(
        f"{statement.currency} of {paper.name}, {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} {zone}", file=out
    )
    print(file=out)
    print(f"{'when':<16}  {'seq':>6}  {'kind':<12}  {'points':>12}  {'available':>12}  what", file=out)
    print(_end_row("opening", statement.opening), file=out)
    async for line in paper.lines:
        print(_row(line, paper.program), file=out)
    print(_end_row("closing", statement.closing), file=out)


def plain_text(text: str) -> str:
    """Text for a cell of a spreadsheet, to which what begins with =, +, -, @, a tab or a return is a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _plain_line(paper: Paper, line: Line) -> dict[str, Any]:
    entry, total = line.entry, line.total
    return {
        "sequence": entry.seq if line.posted else None,
        "kind": entry.kind.value,
        "description": describe(entry, paper.program),
        "reference": entry.reference,
        "occurredAt": print_date_time(entry.occurred_at),
        "effectiveAt": print_date_time(entry.effective_at),
        "points": total.points,
        "pendingChange": total.pending,
        "heldChange": total.held,
        "debtChange": total.debt,
        "balance": _named(line.standing),
    }


def _row(line: Line, program: Program) -> str:
    entry, total = line.entry, line.total
    seq = str(entry.seq) if line.posted else "due"
    beside = {"pending": total.pending, "held": total.held, "owed": total.debt}
    said = "".join(f", {name} {points:+,}" for name, points in beside.items() if points)
    when = f"{entry.effective_at.astimezone(program.zone):%Y-%m-%d %H:%M}"
    numbers = f"{total.points:>+12,}  {line.standing.available:>12,}"
    return f"{when}  {seq:>6}  {entry.kind.value:<12}  {numbers}  {describe(entry, program)}{said}"


def _end_row(name: str, standing: Standing) -> str:
    beside = {"pending": standing.pending, "held": standing.held, "owed": standing.debt}
    said = ", ".join(f"{name} {points:,}" for name, points in beside.items() if points)
    return f"{name:<16}  {'':>6}  {'':<12}  {'':>12}  {standing.available:>12,}  {said}".rstrip()


def _end(name: str, standing: Standing) -> list[str | int]:
    return ["", name, "", "", "", "", "", "", *_standing(standing)]


def _standing(standing: Standing) -> list[int]:
    return list(_named(standing).values())


def _named(standing: Standing) -> dict[str, int]:
    return {
        "available": standing.available,
        "pending": standing.pending,
        "held": standing.held,
        "debt": standing.debt,
    }


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="milliseconds")
