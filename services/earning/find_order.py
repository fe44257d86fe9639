"""The order that a delivery or a refund is about, and what it gave."""

from dataclasses import dataclass

from domain.actors import Actor, ActorKind
from domain.earning.events.event import Event
from domain.earning.events.order import ORDER, order_of
from domain.earning.events.plain import event_from_plain
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.program.program import Program
from domain.refusals import Refused, not_found
from mongo.events import Claim, ClaimState
from services.context import Context
from services.earning.earn import earn_event
from services.earning.earning import Earning, stem_of
from services.earning.people import About, people_for


@dataclass(frozen=True, slots=True)
class Order:
    """An event that was recorded before, and its awards in the order of the ledger; none when it gave nothing."""

    event: Event
    awards: tuple[Entry, ...]


async def find_order(context: Context, program: Program, event: Event) -> Order | Refused:
    """The order that `event` names, with all its awards in the ledger.

    One that was claimed and has yet to be posted is posted first. Refuses as `known_order` does; the event may
    come again later.
    """
    claim = known_order(program, event, (await context.events.find([order_id(event)])).get(order_id(event)))
    if isinstance(claim, Refused):
        return claim
    order = event_from_plain(claim.body, claim.member)
    if claim.state is ClaimState.CLAIMED:
        (about,) = await people_for(context, program, [order])
        posted = await earn_event(context, earning_of(program, claim, order, about))
        if isinstance(posted, Refused):
            return posted
    return Order(order, await _awards(context, order))


async def known_awards(context: Context, event: Event) -> Order | None:
    """The order that `event` names with its awards, as they stand; None for one that was never claimed."""
    claim = (await context.events.find([order_id(event)])).get(order_id(event))
    if claim is None or claim.member != event.member:
        return None
    order = event_from_plain(claim.body, claim.member)
    return Order(order, await _awards(context, order))


def order_id(event: Event) -> str:
    """The claim of the order that `event` names, which is of its own source."""
    return f"{event.source}|{order_of(event.attributes)}"


def known_order(program: Program, event: Event, claim: Claim | None) -> Claim | Refused:
    """The claim of the order. NOT_FOUND when there is none, or one of another member, or it was refused itself,
    or is a refund."""
    if claim is None or claim.member != event.member:
        return not_found("This order is not known for the member: record it first, and this event again.", *ORDER)
    if claim.state is ClaimState.REFUSED:
        return not_found("This order was refused: record it again first, and this event again.", *ORDER)
    if claim.body["type"] in program.refunded_on:
        return not_found("This is a refund: name the order that it was about.", *ORDER)
    return claim


def earning_of(program: Program, claim: Claim, event: Event, about: About, *, fresh: bool = False) -> Earning:
    """The event of a claim on its way into the ledger."""
    kind, id = claim.body["by"]
    return Earning(program, event, about, Actor(ActorKind(kind), id), claim.input, claim.effective_at, fresh)


async def _awards(context: Context, order: Event) -> tuple[Entry, ...]:
    slot = (order.member, stem_of(order))
    found = (await context.ledger.families([slot])).get(slot, [])
    return tuple(entry for entry in found if entry.kind in (EntryKind.EARN, EntryKind.PENDING))
