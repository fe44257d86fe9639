"""What a claimed event writes into the ledger."""

from domain.earning.events.event import Event
from domain.earning.events.order import names_an_order
from domain.ledger.entry import Entry
from domain.refusals import Refused
from services.context import Context
from services.earning.earn import earn_event
from services.earning.earning import Earning, stem_of
from services.earning.find_order import find_order
from services.earning.refund_order import refund_order
from services.earning.release_order import release_order, release_stem


async def post_event(context: Context, earning: Earning) -> tuple[Entry, ...] | Refused:
    """Posts what the event gives; a refund reverses what its order gave, a delivery releases it and may earn.

    What stands already of an event that was posted before is answered as it is. Refuses as `find_order`,
    `refund_order` and `earn_event` do.
    """
    program, event = earning.program, earning.event
    if not names_an_order(program, event.type):
        return await earn_event(context, earning)
    order = await find_order(context, program, event)
    if isinstance(order, Refused):
        return order
    if event.type in program.refunded_on:
        return await refund_order(context, earning, order)
    released = await release_order(context, earning, order)
    if isinstance(released, Refused):
        return released
    earned = await earn_event(context, earning)
    return earned if isinstance(earned, Refused) else (*released, *earned)


async def written_by(context: Context, event: Event) -> tuple[Entry, ...]:
    """The entries that stand of an event, in the order in which it wrote them."""
    slots = [(event.member, stem) for stem in (release_stem(event), stem_of(event))]
    found = await context.ledger.families(slots)
    return tuple(sorted((entry for slot in slots for entry in found.get(slot, ())), key=lambda entry: entry.seq))
