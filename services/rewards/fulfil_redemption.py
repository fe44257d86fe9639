"""Goods are handed over to whoever delivers them."""

from dataclasses import astuple, dataclass
from datetime import datetime

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.refusals import Refused
from domain.rewards.delivering import Shipment, refuse_shipment, ship
from domain.rewards.redemption import Handled, Redemption
from services.context import Context
from services.rewards.handle_redemption import handle_redemption


@dataclass(frozen=True, slots=True)
class FulfilRedemption:
    """The member's redemption is on its way."""

    member: str
    redemption: str
    key: str
    shipment: Shipment


async def fulfil_redemption(context: Context, actor: Actor, command: FulfilRedemption) -> Redemption | Refused:
    """FULFILLED, with how to follow it; again with another key, it corrects that. The member is told, once.

    Refuses bad input, and as `handle_redemption` and `ship` do.
    """
    refusal = refuse_shipment(command.shipment)
    if refusal:
        return refusal

    def change(redemption: Redemption, handled: Handled, now: datetime) -> Redemption | Refused:
        return ship(redemption, command.shipment, handled, now)

    return await handle_redemption(
        context,
        actor,
        (command.member, command.redemption),
        key=command.key,
        input=input_hash("fulfil", command.redemption, *astuple(command.shipment)),
        change=change,
    )
