"""The programme's accounts, as admins see them."""

from datetime import datetime
from decimal import Decimal

import strawberry

from domain.program.program import Program
from resolvers.context import RequestContext
from resolvers.errors import ErrorCode, GraphQLRefusal, bad_request
from resolvers.money import Money, money
from resolvers.program.types import PointCurrency, point_currency
from resolvers.scalars import Points
from services.ledger.programme_accounts import NotCounted, ProgrammeAccounts, programme_accounts


@strawberry.type
class OutstandingByMonth:
    """Points that can be spent up to some day of a month and no longer."""

    month: str | None = strawberry.field(
        description="Such as `2027-01`, in the programme's time zone; null: they never expire."
    )
    points: Points
    worth: Money | None = strawberry.field(description="Null when the programme does not say.")


@strawberry.type
class Liability:
    """What the programme has issued in one currency, and what became of it: totals of all time and all members.

    issued = outstanding − debt + pending + redeemed + expired + reversed + adjustedDown. Between the two ends of a
    transfer the right side may lack its points for a moment.
    """

    row: strawberry.Private[ProgrammeAccounts]
    program: strawberry.Private[Program]

    @strawberry.field
    def currency(self) -> PointCurrency:
        """The currency of all the figures."""
        return point_currency(self.program, self.row.currency)

    @strawberry.field(description="Awards, reinstatements and what staff added.")
    def issued(self) -> Points:
        """What was put into circulation."""
        return Points(self.row.totals.issued)

    @strawberry.field(description="Awards, from when they were given, also those that wait.")
    def earned(self) -> Points:
        """Awards of all time."""
        return Points(self.row.totals.earned)

    @strawberry.field(description="Given back after they had expired.")
    def reinstated(self) -> Points:
        """Of all time."""
        return Points(self.row.totals.reinstated)

    @strawberry.field(description="What staff added less what they took.")
    def adjusted(self) -> Points:
        """The net of both."""
        return Points(self.row.totals.adjusted_up - self.row.totals.adjusted_down)

    @strawberry.field(description="What staff added.")
    def adjusted_up(self) -> Points:
        """Less what was taken back of it."""
        return Points(self.row.totals.adjusted_up)

    @strawberry.field(description="What staff took.")
    def adjusted_down(self) -> Points:
        """Less what was given back of it."""
        return Points(self.row.totals.adjusted_down)

    @strawberry.field(description="Spent, less what was given back.")
    def redeemed(self) -> Points:
        """Of all time."""
        return Points(self.row.totals.redeemed)

    @strawberry.field(description="Points past their date, whether or not the sweep has written it.")
    def expired(self) -> Points:
        """Of all time."""
        return Points(self.row.totals.expired)

    @strawberry.field(description="Awards taken back.")
    def reversed(self) -> Points:
        """Of all time."""
        return Points(self.row.totals.reversed)

    @strawberry.field(description="Sent from member to member.")
    def transferred(self) -> Points:
        """Of all time."""
        return Points(self.row.totals.sent)

    @strawberry.field(
        description="What members have and can still turn into rewards, held or not. Debt is not taken off it."
    )
    def outstanding(self) -> Points:
        """Now."""
        return Points(self.row.totals.outstanding)

    @strawberry.field(description="Awards that wait for their release; they are not outstanding yet.")
    def pending(self) -> Points:
        """Now."""
        return Points(self.row.totals.waiting)

    @strawberry.field(description="What of the outstanding points open holds keep.")
    def held(self) -> Points:
        """Now."""
        return Points(self.row.totals.held)

    @strawberry.field(description="What members owe.")
    def debt(self) -> Points:
        """Now."""
        return Points(self.row.totals.debt)

    @strawberry.field(
        description="The outstanding points by the month of their last day; soonest first, never last."
    )
    def by_expiry(self) -> list[OutstandingByMonth]:
        """They add up to what is outstanding."""
        return [
            OutstandingByMonth(month=month, points=Points(points), worth=self._money(self.row.worth_of(points)))
            for month, points in self.row.months
        ]

    @strawberry.field(description="What the outstanding points are worth, exactly: it is not rounded.")
    def liability(self) -> Money | None:
        """Null when the programme does not say what a point is worth."""
        return self._money(self.row.liability)

    @strawberry.field(
        description="Expired points in proportion to all ever issued, to four digits; null before any was."
    )
    def breakage_rate(self) -> Decimal | None:
        """A fact of the past, and no forecast."""
        return self.row.breakage_rate

    @strawberry.field(
        description="The moment that dates are judged by. Entries of the last moments may not be counted yet."
    )
    def as_of(self) -> datetime:
        """The time of the request."""
        return self.row.as_of

    def _money(self, amount: Decimal | None) -> Money | None:
        return money(amount, self.program.money)


async def liability_of(context: RequestContext, currency: str | None) -> Liability:
    """The accounts in a currency (the default one for None).

    Raises BAD_REQUEST for a currency that the programme does not have, RETRYABLE while accounts are being counted.
    """
    found = context.program.currency(currency)
    if found is None:
        raise bad_request(f"The programme has no currency {currency}.")
    try:
        (row,) = await programme_accounts(context.services, context.program, [found], now=context.now)
    except NotCounted as fault:
        raise GraphQLRefusal(ErrorCode.RETRYABLE, str(fault)) from fault
    return Liability(row=row, program=context.program)
