"""Statements of a period, as clients see them."""

from datetime import datetime

import strawberry

from domain.ledger import statement as domain
from domain.ledger.describe import describe
from domain.ledger.kinds import EntryKind
from resolvers.context import Info, RequestContext
from resolvers.errors import bad_request
from resolvers.given import ABSENT, given
from resolvers.ledger.entry import Entry
from resolvers.paging import PageInfo, page_info, page_size, read_cursor, write_cursor
from resolvers.program.types import PointCurrency, point_currency
from resolvers.scalars import Points
from services.ledger.statement import Statement as Read
from services.ledger.statement import read_statement, statement_lines, statement_totals


@strawberry.type(description="What an account holds at one moment.")
class StatementBalance:
    """`available` is less the debt, and below zero while there is any."""

    available: Points
    pending: Points
    held: Points
    debt: Points


@strawberry.type(description="What the lines of one kind come to.")
class StatementTotal:
    """Signed changes."""

    kind: EntryKind
    count: int
    points: Points
    pending_change: Points
    held_change: Points
    debt_change: Points


@strawberry.type
class StatementLine:
    """One entry of the period, or a step of time that is due and will be an entry with these numbers and times."""

    line: strawberry.Private[domain.Line]

    @strawberry.field(description="Null for what is not posted yet.")
    def entry(self) -> Entry | None:
        """The entry."""
        return Entry.of(self.line.entry) if self.line.posted else None

    @strawberry.field(description="The entry's place in the member's ledger; null for what is not posted yet.")
    def sequence(self) -> int | None:
        """Grows along the lines."""
        return self.line.entry.seq if self.line.posted else None

    @strawberry.field
    def kind(self) -> EntryKind:
        """What it did."""
        return self.line.entry.kind

    @strawberry.field(description="Change of available points.")
    def points(self) -> Points:
        """Signed."""
        return Points(self.line.total.points)

    @strawberry.field(description="Change of pending points.")
    def pending_change(self) -> Points:
        """Signed."""
        return Points(self.line.total.pending)

    @strawberry.field(description="Change of held points.")
    def held_change(self) -> Points:
        """Signed."""
        return Points(self.line.total.held)

    @strawberry.field(description="Change of what the member owes.")
    def debt_change(self) -> Points:
        """Signed."""
        return Points(self.line.total.debt)

    @strawberry.field(description="What there was after it.")
    def balance(self) -> StatementBalance:
        """In the statement's currency."""
        return _balance(self.line.standing)

    @strawberry.field
    def description(self, info: Info) -> str:
        """What happened, for people."""
        return describe(self.line.entry, info.context.program)

    @strawberry.field(description="When it happened outside.")
    def occurred_at(self) -> datetime:
        """The event's own time."""
        return self.line.entry.occurred_at

    @strawberry.field(description="When it counts: what puts it into the period.")
    def effective_at(self) -> datetime:
        """Never falls along the lines."""
        return self.line.entry.effective_at


@strawberry.type
class StatementLineEdge:
    """A line in a list."""

    cursor: str
    node: StatementLine


@strawberry.type
class StatementLineConnection:
    """A page of lines."""

    edges: list[StatementLineEdge]
    page_info: PageInfo


@strawberry.type(
    description="One currency over a period, `from` ≤ effectiveAt < `to`. Opening and lines add up to closing. "
    "What it says of a period that ended a minute ago it says for ever, unless history is imported into it."
)
class Statement:
    """One currency over a period that is over."""

    read: strawberry.Private[Read]

    @strawberry.field(name="from")
    def since(self) -> datetime:
        """The first moment of the period."""
        return self.read.since

    @strawberry.field(name="to")
    def until(self) -> datetime:
        """The first moment after it."""
        return self.read.until

    @strawberry.field
    def currency(self, info: Info) -> PointCurrency:
        """Of all its numbers."""
        return point_currency(info.context.program, self.read.currency)

    @strawberry.field(description="Right before `from`.")
    def opening(self) -> StatementBalance:
        """What there was."""
        return _balance(self.read.opening)

    @strawberry.field(description="Right before `to`.")
    def closing(self) -> StatementBalance:
        """What there is."""
        return _balance(self.read.closing)

    @strawberry.field(description="Kinds that no line is of are left out.")
    async def totals(self, info: Info) -> list[StatementTotal]:
        """Of all lines, kind by kind."""
        found = await statement_totals(info.context.services, self.read)
        return [_total(kind, total) for kind, total in found.items()]

    @strawberry.field(description="Oldest first.")
    async def lines(
        self, info: Info, first: int | None = 20, after: str | None = ABSENT
    ) -> StatementLineConnection:
        """What happened. Raises BAD_REQUEST for a bad page or cursor."""
        size, cursor = page_size(first), read_cursor(given(after), "statement", int)
        begin = cursor[0] if cursor else None
        page = await statement_lines(info.context.services, self.read, first=size, after=begin)
        edges = [
            StatementLineEdge(cursor=write_cursor("statement", one.entry.seq), node=StatementLine(line=one))
            for one in page.lines
        ]
        found = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=cursor)
        return StatementLineConnection(edges=edges, page_info=found)


async def statement_of(
    context: RequestContext, member: str, since: datetime, until: datetime, currency: str | None
) -> Statement:
    """The statement in a currency (the default one for None).

    Raises BAD_REQUEST for a currency that the programme does not have, and for a period that is empty or not over.
    """
    found = context.program.currency(currency)
    if found is None:
        raise bad_request(f"The programme has no currency {currency}.")
    if since >= until:
        raise bad_request("`from` must lie before `to`.")
    if until > context.now:
        raise bad_request("`to` lies in the future: a statement is of a period that is over.")
    return Statement(read=await read_statement(context.services, member, found.code, since=since, until=until))


def _balance(standing: domain.Standing) -> StatementBalance:
    return StatementBalance(
        available=Points(standing.available),
        pending=Points(standing.pending),
        held=Points(standing.held),
        debt=Points(standing.debt),
    )


def _total(kind: EntryKind, total: domain.Total) -> StatementTotal:
    return StatementTotal(
        kind=kind,
        count=total.count,
        points=Points(total.points),
        pending_change=Points(total.pending),
        held_change=Points(total.held),
        debt_change=Points(total.debt),
    )
