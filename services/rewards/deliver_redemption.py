"""Goods have arrived."""

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.refusals import Refused
from domain.rewards.delivering import deliver
from domain.rewards.redemption import Handled, Redemption
from services.context import Context
from services.rewards.handle_redemption import handle_redemption


@dataclass(frozen=True, slots=True)
class DeliverRedemption:
    """The member's redemption has arrived, at `delivered_at` or just now."""

    member: str
    redemption: str
    key: str
    delivered_at: datetime | None = None


async def deliver_redemption(context: Context, actor: Actor, command: DeliverRedemption) -> Redemption | Refused:
    """Notes when it arrived, and the member is told, once. Refuses as `handle_redemption` and `deliver` do."""

    def change(redemption: Redemption, handled: Handled, now: datetime) -> Redemption | Refused:
        return deliver(redemption, command.delivered_at, handled, now)

    at = command.delivered_at
    return await handle_redemption(
        context,
        actor,
        (command.member, command.redemption),
        key=command.key,
        input=input_hash("deliver", command.redemption, at.isoformat() if at else None),
        change=change,
    )
