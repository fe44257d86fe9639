"""Entries of the ledger, as clients see them."""

from datetime import date, datetime

import strawberry

from domain.ledger.describe import describe
from domain.ledger.entry import Entry as LedgerEntry
from domain.ledger.lots import Lot
from resolvers.actor import Actor
from resolvers.context import Info
from resolvers.enums import EntryKind
from resolvers.ids import global_id
from resolvers.ledger.lots import LotChange, last_day, lot_changes
from resolvers.node import Node
from resolvers.paging import PageInfo
from resolvers.program.types import PointCurrency, point_currency
from resolvers.scalars import Points


@strawberry.type
class AwardLine:
    """A rule that fired, and why it gave what it gave."""

    rule: str
    rule_version: int
    points: Points
    because: str


@strawberry.type
class Receipt:
    """Links the entry to the member's one before it, so that a changed history shows."""

    hash: str
    previous_hash: str | None


@strawberry.type(description="One posting, which never changes.")
class Entry(Node):
    """One posting. With no `loaded` entry it is a mere link to one, which can say its id and no more."""

    member: strawberry.Private[str]
    seq: strawberry.Private[int]
    loaded: strawberry.Private[LedgerEntry | None] = None

    @staticmethod
    def of(entry: LedgerEntry) -> "Entry":
        """The entry with all that is in it."""
        return Entry(member=entry.member, seq=entry.seq, loaded=entry)

    def _node_id(self) -> strawberry.ID:
        return global_id("Entry", self.member, self.seq)

    @property
    def row(self) -> LedgerEntry:
        """The entry itself; a fault of ours when only its id was foreseen."""
        if self.loaded is None:
            raise RuntimeError("a link to an entry has an id only")
        return self.loaded

    @strawberry.field(description="Gapless from 1 over all of the member's entries.")
    def sequence(self) -> int:
        """The place in the member's ledger."""
        return self.seq

    @strawberry.field
    def kind(self) -> EntryKind:
        """What it did."""
        return EntryKind(self.row.kind.value)

    @strawberry.field(description="Change of available points: negative when they leave.")
    def points(self) -> Points:
        """Signed."""
        return Points(self.row.points)

    @strawberry.field(description="Change of pending points.")
    def pending_change(self) -> Points:
        """Zero: every award of this ledger is available at once."""
        return Points(0)

    @strawberry.field(description="Change of held points.")
    def held_change(self) -> Points:
        """Zero: this ledger puts none aside."""
        return Points(0)

    @strawberry.field
    def currency(self, info: Info) -> PointCurrency:
        """The one currency that it moves."""
        return point_currency(info.context.program, self.row.currency)

    @strawberry.field(description="Available points after it.")
    def balance_after(self) -> Points:
        """In its currency."""
        return Points(self.row.after.account(self.row.currency).available)

    @strawberry.field
    def description(self, info: Info) -> str:
        """What happened, for people."""
        return describe(self.row, info.context.program)

    @strawberry.field(description="When it happened outside.")
    def occurred_at(self) -> datetime:
        """The event's own time."""
        return self.row.occurred_at

    @strawberry.field(description="When it counts in the ledger; what asOf goes by.")
    def effective_at(self) -> datetime:
        """Never before the previous entry's."""
        return self.row.effective_at

    @strawberry.field(description="When it was written.")
    def recorded_at(self) -> datetime:
        """Never before the previous entry's."""
        return self.row.recorded_at

    @strawberry.field(description="When the points it gave expire; null for points that leave or never expire.")
    def expires_at(self) -> datetime | None:
        """Exclusive."""
        return self._credit.expires_at if self._credit else None

    @strawberry.field(description="The last day on which they can be spent, in the programme's time zone.")
    def expires_on(self, info: Info) -> date | None:
        """The day before `expiresAt`."""
        return last_day(self._credit.expires_at, info.context.program.zone) if self._credit else None

    @strawberry.field(description="When pending points become available.")
    def releases_at(self) -> datetime | None:
        """Null: this ledger has no pending points."""
        return None

    @strawberry.field(
        description="Why these points: each rule that fired, its version, its inputs and its arithmetic."
    )
    def explanation(self) -> list[AwardLine]:
        """The lines add up to the points of an award."""
        return [
            AwardLine(rule=line.rule, rule_version=line.version, points=Points(line.points), because=line.because)
            for line in self.row.lines
        ]

    @strawberry.field(description="The lots that this entry made, filled or took from.")
    def lots(self, info: Info) -> list[LotChange]:
        """They add up to its points."""
        return lot_changes(self.row.changes.lots, info.context.program.zone)

    @strawberry.field
    def actor(self) -> Actor:
        """Who did it."""
        return Actor(row=self.row.actor)

    @strawberry.field(description="The type of event, the reward's code, or the adjustment reason's.")
    def reason(self) -> str | None:
        """A code."""
        return self.row.reason

    @strawberry.field(description="What it refers to outside, such as the source and id of an event.")
    def reference(self) -> str | None:
        """Opaque."""
        return self.row.reference

    @strawberry.field(description="The entry that this one takes back.")
    def reverses(self) -> "Entry | None":
        """Null: this ledger takes none back."""
        return None

    @strawberry.field(description="The entries that take this one back.")
    def reversed_by(self) -> "list[Entry]":
        """None: this ledger takes none back."""
        return []

    @strawberry.field
    def receipt(self) -> Receipt:
        """The hashes, in hexadecimal."""
        previous = self.row.previous
        return Receipt(hash=self.row.hash.hex(), previous_hash=previous.hex() if previous else None)

    @property
    def _credit(self) -> Lot | None:
        given = [lot for lot in self.row.changes.lots if lot.points > 0]
        return given[0] if len(given) == 1 else None


@strawberry.type
class EntryEdge:
    """An entry in a list."""

    cursor: str
    node: Entry


@strawberry.type
class EntryConnection:
    """A page of entries."""

    edges: list[EntryEdge]
    page_info: PageInfo
