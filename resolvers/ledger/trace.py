"""Which credits paid for debits, as clients see it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import strawberry

from domain.ledger.trace import UsedFor
from domain.ledger.trail import Use
from resolvers.context import Info
from resolvers.ledger.lots import last_day
from resolvers.scalars import Points

if TYPE_CHECKING:
    from resolvers.ledger.entry import Entry


@strawberry.type(description="Points of one entry that another used.")
class TracedPoints:
    """A link to an entry, and how many points it is about."""

    member: strawberry.Private[str]
    seq: strawberry.Private[int | None]
    points: Points
    expires_at: datetime | None = strawberry.field(description="When the lot expires, or would have.")
    expires_on: date | None

    @strawberry.field(description="Null for what time has done and no entry says yet.")
    async def entry(self, info: Info) -> Annotated["Entry", strawberry.lazy("resolvers.ledger.entry")] | None:
        """The entry."""
        from resolvers.ledger.entry import linked_entry

        return await linked_entry(info, self.member, self.seq) if self.seq else None


@strawberry.type(description="Where the points that an entry gave are now. The numbers add up to `given`.")
class PointsUse:
    """`spent`: they left otherwise than by expiry or a reversal of this entry."""

    given: Points
    unspent: Points
    pending: Points
    held: Points
    spent: Points = strawberry.field(
        description="Redeemed, sent, taken by staff, or gone for what was owed or for another entry's reversal."
    )
    expired: Points
    reversed: Points
    entries: list[TracedPoints] = strawberry.field(
        description="The entries that hold, spent or took them or let them expire, oldest first."
    )


def traced(member: str, use: Use, zone: ZoneInfo) -> TracedPoints:
    """Points of a credit that a debit used."""
    expires_on = last_day(use.expires_at, zone)
    return TracedPoints(
        member=member,
        seq=use.credit,
        points=Points(use.points),
        expires_at=use.expires_at,
        expires_on=expires_on,
    )


def points_use(member: str, used: UsedFor, newest: int) -> PointsUse:
    """Where points are; entries after `newest` are not written yet."""
    entries = [
        TracedPoints(
            member=member,
            seq=part.seq if part.seq <= newest else None,
            points=Points(part.points),
            expires_at=None,
            expires_on=None,
        )
        for part in used.parts
    ]
    return PointsUse(
        given=Points(used.given),
        unspent=Points(used.unspent),
        pending=Points(used.pending),
        held=Points(used.held),
        spent=Points(used.spent),
        expired=Points(used.expired),
        reversed=Points(used.reversed),
        entries=entries,
    )
