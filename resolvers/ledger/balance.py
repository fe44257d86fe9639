"""A member's balance in one currency, now or as of a time."""

from datetime import datetime, timedelta

import strawberry

from domain.ledger.lots import Lot, merge_lots
from domain.ledger.state import Account
from domain.time import to_ms
from resolvers.context import Info
from resolvers.errors import bad_request
from resolvers.ids import global_id
from resolvers.ledger.lots import PointsLot, points_lots
from resolvers.money import Money, value_of
from resolvers.node import Node
from resolvers.program.types import PointCurrency, point_currency
from resolvers.scalars import Points
from services.ledger.read_states import AccountView

_LONGEST = 36_500


@strawberry.type
class Balance(Node):
    """What a member has. Its id names the account; a balance as of a time has an id of its own."""

    view: strawberry.Private[AccountView]
    code: strawberry.Private[str]
    as_of: datetime | None = strawberry.field(default=None, description="Null for the balance of now.")

    def _node_id(self) -> strawberry.ID:
        moment = (to_ms(self.as_of),) if self.as_of else ()
        return global_id("Balance", self.view.member, self.code, *moment)

    @property
    def account(self) -> Account:
        """The settled account."""
        return self.view.state.account(self.code)

    @strawberry.field
    def currency(self, info: Info) -> PointCurrency:
        """The currency of the account."""
        return point_currency(info.context.program, self.code)

    @strawberry.field(description="What the member may spend; below zero while they owe.")
    def available(self) -> Points:
        """The lots' sum less the debt."""
        return Points(self.account.available)

    @strawberry.field(description="Points that were given and wait for their release.")
    def pending(self) -> Points:
        """All of them, whatever their date."""
        return Points(self.account.waiting)

    @strawberry.field(description="Points set aside by holds that are open.")
    def held(self) -> Points:
        """All of them."""
        return Points(self.account.held)

    @strawberry.field(
        description="What the member owes after a reversal of points already spent; the next points pay it first."
    )
    def debt(self) -> Points:
        """Zero for nearly everyone."""
        return Points(self.account.debt)

    @strawberry.field
    def lifetime_earned(self) -> Points:
        """Awards of all time, those that wait and those taken back among them."""
        return Points(self.account.earned)

    @strawberry.field
    def lifetime_redeemed(self) -> Points:
        """Points spent of all time, less what was given back."""
        return Points(self.account.redeemed)

    @strawberry.field
    def lifetime_expired(self) -> Points:
        """Points lost of all time."""
        return Points(self.account.expired)

    @property
    def dated(self) -> tuple[Lot, ...]:
        """The lots by the date on which they expire if nothing more happens, one a date."""
        return merge_lots((), self.account.dated_lots)

    @strawberry.field(
        description="Soonest expiry first; they add up to available plus debt. Points that expire by inactivity "
        "have the date on which they do if nothing more happens."
    )
    def lots(self, info: Info) -> list[PointsLot]:
        """Points by expiry date."""
        return points_lots(self.dated, info.context.program.zone)

    @strawberry.field(description="Points that expire within so many days.")
    def expiring(self, within_days: int = 30) -> Points:
        """Raises BAD_REQUEST for less than 0 days or more than a hundred years."""
        if not 0 <= within_days <= _LONGEST:
            raise bad_request(f"`withinDays` is from 0 to {_LONGEST}.")
        end = self.view.at + timedelta(days=within_days)
        return Points(sum(lot.points for lot in self.dated if lot.expires_at and lot.expires_at <= end))

    @strawberry.field(description="What expires first; null when nothing does.")
    def next_expiry(self, info: Info) -> PointsLot | None:
        """The first lot, if it has a date."""
        dated = [lot for lot in self.dated[:1] if lot.expires_at]
        return next(iter(points_lots(dated, info.context.program.zone)), None)

    @strawberry.field(description="What the available points are worth in money: nothing while the member owes.")
    def worth(self, info: Info) -> Money | None:
        """Null when the programme does not say."""
        program = info.context.program
        currency = program.currency(self.code)
        return value_of(max(self.account.available, 0), currency.worth if currency else None, program.money)

    @strawberry.field(description="The sequence of the member's newest entry, in whatever currency. Grows.")
    def revision(self) -> int:
        """0 before the first entry."""
        return self.view.seq
