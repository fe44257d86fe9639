"""Holds, and what came of a command about one."""

from datetime import datetime

import strawberry

from domain.ledger.entry import Entry
from domain.ledger.holds import HoldStatus, hold_status
from domain.refusals import Refused
from resolvers.context import Info, RequestContext
from resolvers.ids import global_id, key_of, read_numbered
from resolvers.ledger.balance import Balance
from resolvers.ledger.read_balance import balance_after
from resolvers.node import Node
from resolvers.refusals import user_error
from resolvers.scalars import Points
from resolvers.user_errors import UserError
from services.ledger.held import Held, closing, no_such_hold


@strawberry.type(description="Points that were set aside, until they are captured or voided, or it ends.")
class Hold(Node):
    """Its id is that of the member and of the entry that opened it. `closed_by`: as far as it is known already."""

    opened: strawberry.Private[Entry]
    closed_by: strawberry.Private[Entry | None] = None

    def _node_id(self) -> strawberry.ID:
        return global_id("Hold", self.opened.member, self.opened.seq)

    @strawberry.field(description="How many were set aside; a capture may have spent less of them.")
    def points(self) -> Points:
        """Positive."""
        return Points(-self.opened.points)

    @strawberry.field
    async def status(self, info: Info) -> HoldStatus:
        """What has become of it by now."""
        closed_by = self.closed_by
        if closed_by is None:
            slot = (self.opened.member, self.opened.seq)
            closed_by = closing(await info.context.loaders.following.load(slot) or ())
        return hold_status(self.opened, closed_by, info.context.now)

    @strawberry.field(description="When its points go back, unless they are captured or voided before.")
    def expires_at(self) -> datetime:
        """Exclusive."""
        if self.opened.changes.hold is None:
            raise RuntimeError("an entry that opened no hold")
        return self.opened.changes.hold

    @strawberry.field(description="The service's own, such as the number of a basket.")
    def reference(self) -> str | None:
        """Opaque."""
        return self.opened.reference


@strawberry.type
class HoldPayload:
    """The hold and today's balance, or why not."""

    hold: Hold | None = None
    balance: Balance | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


def hold_of(id: str) -> tuple[str, int] | Refused:
    """The member and the sequence that a hold's id names; NOT_FOUND for what was never one."""
    return read_numbered(key_of("Hold", id) or "") or no_such_hold()


def refused_hold(refused: Refused) -> HoldPayload:
    """The payload of a refusal."""
    return HoldPayload(errors=[user_error(refused)])


async def hold_payload(context: RequestContext, outcome: Held | Refused) -> HoldPayload:
    """The payload of what a service answered."""
    if isinstance(outcome, Refused):
        return refused_hold(outcome)
    context.refresh()
    hold = Hold(opened=outcome.opened, closed_by=outcome.closed_by)
    return HoldPayload(hold=hold, balance=await balance_after(context, outcome.newest))
