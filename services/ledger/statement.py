"""A member's statement of one currency over a period."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from domain.ledger.entry import Head
from domain.ledger.statement import Line, Standing, Totals, added_up, standing_before, unposted
from services.context import Context

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Statement:
    """What was there before `since` and before `until`; the period is `since` ≤ effective time < `until`.

    The entries are those with a sequence above `after` and up to `last`; `steps` are due after them and not
    written yet. Opening and all lines add up to closing.
    """

    member: str
    currency: str
    since: datetime
    until: datetime
    opening: Standing
    closing: Standing
    after: int
    last: int
    steps: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class LinePage:
    """A part of the lines, oldest first, and whether more follows."""

    lines: tuple[Line, ...]
    has_next: bool


async def read_statement(
    context: Context, member: str, currency: str, *, since: datetime, until: datetime
) -> Statement:
    """The statement of a period that is over: what it says, it says for ever, but for history imported into it.

    Raises ValueError for a period that is empty or not over yet.
    """
    if not since < until <= context.clock():
        raise ValueError("a statement is of a period that begins before it ends and is over")
    after, last = await context.ledger.span(member, since, until)
    ends = [(member, seq) for seq in {after or 0, last or 0} if seq]
    entries = await context.ledger.get_many(ends)
    heads = {seq: Head.of(entry) for (_, seq), entry in entries.items()}
    opening, closing = (heads.get(seq or 0) or Head(member) for seq in (after, last))
    return Statement(
        member=member,
        currency=currency,
        since=since,
        until=until,
        opening=standing_before(opening, since, currency),
        closing=standing_before(closing, until, currency),
        after=opening.seq,
        last=closing.seq,
        steps=unposted(closing, since, until, currency),
    )


async def statement_totals(context: Context, statement: Statement) -> Totals:
    """What the lines come to, kind by kind, those not written yet among them."""
    member, currency = statement.member, statement.currency
    written = await context.ledger.totals(member, statement.after, statement.last, currency=currency)
    return added_up(written, statement.steps)


async def statement_lines(
    context: Context, statement: Statement, *, first: int, after: int | None = None
) -> LinePage:
    """At most `first` lines with a sequence above `after`, oldest first."""
    begin = max(after or 0, statement.after)
    lines: list[Line] = []
    if begin < statement.last:
        found = await context.ledger.since(
            statement.member, begin, until=statement.last, currency=statement.currency, first=first + 1
        )
        lines += map(Line, found)
    lines += [step for step in statement.steps if step.entry.seq > begin]
    return LinePage(tuple(lines[:first]), len(lines) > first)


async def all_lines(context: Context, statement: Statement) -> AsyncIterator[Line]:
    """Every line, oldest first, in flat memory."""
    after, more = None, True
    while more:
        page = await statement_lines(context, statement, first=_PAGE, after=after)
        for line in page.lines:
            yield line
            after = line.entry.seq
        more = page.has_next
