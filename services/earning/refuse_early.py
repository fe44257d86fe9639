"""What is wrong with a delivery or a refund before it is claimed.

A claim keeps the id of an event for its content, for ever. So what can be seen to be wrong is refused without one,
and the event may come again under its id, mended. What only the posting sees is refused there.
"""

from collections.abc import Mapping, Sequence

from domain.earning.events.event import Event
from domain.earning.events.order import names_an_order
from domain.earning.returns.returns import keep
from domain.program.program import Program
from domain.refusals import Refused
from mongo.events import Claim, ClaimState
from services.context import Context
from services.earning.find_order import find_order, known_order, order_id
from services.earning.refund_order import returns_of
from services.ledger.past import read_naming


async def refuse_early(context: Context, program: Program, events: Sequence[Event]) -> list[Refused | None]:
    """For each event its refusal, or None. Orders that come in the same call are taken as known."""
    about = [event for event in events if names_an_order(program, event.type)]
    if not about:
        return [None] * len(events)
    claims = await context.events.find([id for event in about for id in (event.claim_id, order_id(event))])
    together = {event.claim_id for event in events}
    return [await _refuse(context, program, event, claims, together) for event in events]


async def _refuse(
    context: Context, program: Program, event: Event, claims: Mapping[str, Claim], together: set[str]
) -> Refused | None:
    if not names_an_order(program, event.type) or event.claim_id in claims:
        return None
    claim = claims.get(order_id(event))
    if claim is None and order_id(event) in together:
        return None
    known = known_order(program, event, claim)
    if isinstance(known, Refused):
        return known
    if event.type not in program.refunded_on or known.state is not ClaimState.DONE:
        return None
    order = await find_order(context, program, event)
    if isinstance(order, Refused) or not order.awards:
        return None
    head = await context.ledger.head(event.member)
    naming = await read_naming(context.ledger, order.awards[0], until=head.seq)
    kept = keep(order.event, await returns_of(context, naming, event), program.money)
    return kept if isinstance(kept, Refused) else None
