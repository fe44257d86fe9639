"""Entries of the ledger, as clients see them."""

from datetime import date, datetime

import strawberry

from domain.ledger.describe import describe
from domain.ledger.entry import Entry as LedgerEntry
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending
from resolvers.actor import Actor
from resolvers.context import Info
from resolvers.earning.award_line import AwardLine
from resolvers.earning.explanation import EventExplanation, explanation_of
from resolvers.ids import global_id
from resolvers.ledger.lots import LotChange, last_day, lot_changes
from resolvers.ledger.trace import PointsUse, TracedPoints, points_use, traced
from resolvers.node import Node
from resolvers.paging import PageInfo
from resolvers.permissions import STAFF, may_see
from resolvers.program.types import PointCurrency, point_currency
from resolvers.scalars import Points
from resolvers.selection import asks_for_the_id_only

_EVENT = "event:"


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
        return self.row.kind

    @strawberry.field(description="Change of available points: negative when they leave.")
    def points(self) -> Points:
        """Signed."""
        return Points(self.row.points)

    @strawberry.field(description="Change of pending points.")
    def pending_change(self) -> Points:
        """Positive for an award that waits, negative for its release."""
        return Points(self.row.changes.waiting)

    @strawberry.field(description="Change of held points.")
    def held_change(self) -> Points:
        """Positive for a hold, negative for what closes it."""
        return Points(self.row.changes.held)

    @strawberry.field
    def currency(self, info: Info) -> PointCurrency:
        """The one currency that it moves."""
        return point_currency(info.context.program, self.row.currency)

    @strawberry.field(description="Available points after it; below zero while the member owes.")
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

    @strawberry.field(
        description="When the points it gave, at once or later, expire; null for points that leave, never expire, "
        "or expire by inactivity."
    )
    def expires_at(self) -> datetime | None:
        """Exclusive."""
        return self._credit.expires_at if self._credit else None

    @strawberry.field(description="The last day on which they can be spent, in the programme's time zone.")
    def expires_on(self, info: Info) -> date | None:
        """The day before `expiresAt`."""
        return last_day(self._credit.expires_at, info.context.program.zone) if self._credit else None

    @strawberry.field(
        description="When pending points become available; null where nothing waits, or it waits for an event."
    )
    def releases_at(self) -> datetime | None:
        """Of an award that waits."""
        return next((part.releases_at for part in self.row.changes.pending if part.points > 0), None)

    @strawberry.field(
        description="Why these points: each rule that fired, its version, its inputs and its arithmetic."
    )
    def explanation(self) -> list[AwardLine]:
        """The lines add up to the points of an award."""
        return [AwardLine(row=line) for line in self.row.lines]

    @strawberry.field(
        description="What every rule made of the event that this entry is for, those that gave nothing too; null "
        "for an entry that no event earned."
    )
    async def judgement(self, info: Info) -> EventExplanation | None:
        """As `explainEvent` has it."""
        if self.row.kind not in (EntryKind.EARN, EntryKind.PENDING) or not self.row.key.startswith(_EVENT):
            return None
        source, _, id = self.row.key.removeprefix(_EVENT).rpartition("#")[0].partition("|")
        return await explanation_of(info, source, id)

    @strawberry.field(description="The lots that this entry made, filled or took from.")
    def lots(self, info: Info) -> list[LotChange]:
        """They add up to its points, and what it paid of a debt or made of one."""
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

    @strawberry.field(
        description="What was written beside it: by the sender of a transfer, or by staff for their colleagues. "
        "Null for whom it is not meant."
    )
    async def note(self, info: Info) -> str | None:
        """Of a transfer for both members; all of them for staff."""
        reader = info.context.identity
        of_members = self.row.kind in (EntryKind.TRANSFER_OUT, EntryKind.TRANSFER_IN)
        if not (may_see(reader, self.member, STAFF) if of_members else reader.has(STAFF)):
            return None
        return await info.context.loaders.notes.load((self.member, self.row.key))

    @strawberry.field(description="The entry that this one takes back.")
    async def reverses(self, info: Info) -> "Entry | None":
        """Of a REVERSE."""
        return await self._linked(info, self.row.kind is EntryKind.REVERSE)

    @strawberry.field(description="The entries that take this one back, oldest first.")
    async def reversed_by(self, info: Info) -> "list[Entry]":
        """Each a REVERSE."""
        return [Entry.of(one) for one in await self._following(info) if one.kind is EntryKind.REVERSE]

    @strawberry.field(
        description="The hold that this capture or void closes; the award that this release frees by an event."
    )
    async def closes(self, info: Info) -> "Entry | None":
        """Null for every other entry."""
        return await self._linked(info, self.row.kind is not EntryKind.REVERSE)

    @strawberry.field(description="What has closed this hold, or released this award by an event; oldest first.")
    async def closed_by(self, info: Info) -> "list[Entry]":
        """A CAPTURE, a VOID or a RELEASE."""
        return [Entry.of(one) for one in await self._following(info) if one.kind is not EntryKind.REVERSE]

    @strawberry.field(
        description="The credits that paid for this debit, or whose points this hold set aside, lot by lot, less "
        "what was given back. Refused for members with more than 10,000 entries."
    )
    async def paid_by(self, info: Info) -> list[TracedPoints] | None:
        """Empty for an entry that takes no points; of what is owed, those that have paid so far."""
        trace = await info.context.loaders.traces.load(self.member)
        zone = info.context.program.zone
        return [traced(self.member, use, zone) for use in trace.paid_by(self.seq)]

    @strawberry.field(
        description="Where the points that this entry gave are now; null for an entry that gave none. "
        "Refused for members with more than 10,000 entries."
    )
    async def used_for(self, info: Info) -> PointsUse | None:
        """As they stand now, also what time has done and no entry says yet."""
        trace = await info.context.loaders.traces.load(self.member)
        found = trace.used_for(self.seq)
        return points_use(self.member, found, trace.newest) if found else None

    @strawberry.field
    def receipt(self) -> Receipt:
        """The hashes, in hexadecimal."""
        previous = self.row.previous
        return Receipt(hash=self.row.hash.hex(), previous_hash=previous.hex() if previous else None)

    @property
    def _credit(self) -> Lot | Pending | None:
        parts: list[Lot | Pending] = [*self.row.changes.lots, *self.row.changes.pending]
        given = [part for part in parts if part.points > 0]
        return given[0] if len(given) == 1 else None

    async def _linked(self, info: Info, wanted: bool) -> "Entry | None":
        """The entry that this one names, if that is the kind of link that is asked for."""
        if self.row.reverses is None or not wanted:
            return None
        return await linked_entry(info, self.member, self.row.reverses)

    async def _following(self, info: Info) -> list[LedgerEntry]:
        return await info.context.loaders.following.load((self.member, self.seq)) or []


async def linked_entry(info: Info, member: str, seq: int) -> Entry | None:
    """An entry that another names; whoever asks for its id only gets that without a look at the store."""
    if asks_for_the_id_only(info):
        return Entry(member=member, seq=seq)
    entry = await info.context.loaders.entries.load((member, seq))
    return Entry.of(entry) if entry else None


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
