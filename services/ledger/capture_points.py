"""A service spends what it had set aside, or a part of it."""

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.earning.posting.expiry import idle_after
from domain.ledger.canonical import input_hash
from domain.ledger.holds import capture
from domain.ledger.kinds import EntryKind
from domain.ledger.state import Account, Changes
from domain.refusals import Refused
from services.context import Context
from services.ledger.close_hold import close_hold
from services.ledger.held import Held


@dataclass(frozen=True, slots=True)
class CapturePoints:
    """Spend `points` of the hold that the member's entry `hold` opened; all of it when None."""

    member: str
    hold: int
    key: str
    points: int | None = None


async def capture_points(context: Context, actor: Actor, command: CapturePoints) -> Held | Refused:
    """Closes the hold: what is not spent goes back to its lots at once.

    Refuses NOT_FOUND, HOLD_NOT_OPEN, INVALID_INPUT for less than one point or more than are held, and
    IDEMPOTENCY_CONFLICT. A member who was frozen since does not keep the points from being spent.
    """
    program = await context.programs.current()

    def close(account: Account, at: datetime) -> Changes | Refused:
        return capture(account, command.hold, command.points, idle=idle_after(program, account, at))

    return await close_hold(
        context,
        actor,
        hold=(command.member, command.hold),
        kind=EntryKind.CAPTURE,
        key=command.key,
        input=input_hash("capture", command.hold, command.points),
        close=close,
    )
