"""A service gives back what it had set aside."""

from dataclasses import dataclass

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.ledger.holds import void
from domain.ledger.kinds import EntryKind
from domain.refusals import Refused
from services.context import Context
from services.ledger.close_hold import close_hold
from services.ledger.held import Held


@dataclass(frozen=True, slots=True)
class VoidHold:
    """Give back what the member's entry `hold` set aside."""

    member: str
    hold: int
    key: str


async def void_hold(context: Context, actor: Actor, command: VoidHold) -> Held | Refused:
    """Closes the hold: all of its points go back to their lots. Whatever the member's status, it can be done.

    Refuses NOT_FOUND, HOLD_NOT_OPEN and IDEMPOTENCY_CONFLICT.
    """
    return await close_hold(
        context,
        actor,
        hold=(command.member, command.hold),
        kind=EntryKind.VOID,
        key=command.key,
        input=input_hash("void", command.hold),
        close=lambda account, at: void(account, command.hold),
    )
