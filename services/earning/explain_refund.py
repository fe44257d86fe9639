"""What each rule gives for what a return leaves of its order, and gave for what there was before it."""

from collections.abc import Sequence
from dataclasses import replace

from domain.earning.events.event import Event
from domain.earning.explain import Finding
from domain.earning.explain_refund import refund_findings
from domain.earning.facts.circumstances import Circumstances
from domain.earning.judging.judge import judge
from domain.earning.judging.judgement import Judgement
from domain.earning.returns.as_awarded import as_awarded
from domain.earning.returns.returns import Return, keep
from domain.ledger.entry import Entry
from domain.ledger.state import EMPTY_STATE
from domain.refusals import Refused
from services.context import Context
from services.earning.find_order import known_awards
from services.earning.people import people_for
from services.earning.refund_order import returns_of
from services.earning.room_back import program_of
from services.ledger.past import read_naming


async def explain_refund(
    context: Context, refund: Event, entries: Sequence[Entry]
) -> tuple[Circumstances, tuple[Finding, ...]] | None:
    """The circumstances of the award, in which a refund is judged, and each rule's part in what it takes back.

    `entries`: what the refund wrote. None where it wrote nothing, as its order had given nothing.
    """
    order = await known_awards(context, refund) if entries else None
    if order is None or not order.awards:
        return None
    program, first = await program_of(context, order.awards), order.awards[0]
    slot = (first.member, first.seq - 1)
    before = (await context.ledger.get_many([slot])).get(slot)
    (about,) = await people_for(context, program, [order.event])
    judged = as_awarded(program, order.event, before.after if before else EMPTY_STATE, about.person, order.awards)
    naming = await read_naming(context.ledger, first, until=entries[0].seq - 1)
    returns = await returns_of(context, naming, refund)
    had, keeps = _judged(judged, returns[:-1]), _judged(judged, returns)
    return judged, refund_findings(program, had, keeps, first=len(returns) == 1)


def _judged(circumstances: Circumstances, returns: Sequence[Return]) -> Judgement | None:
    """What is made of what these returns leave; None: of nothing."""
    kept = keep(circumstances.event, returns, circumstances.program.money)
    if isinstance(kept, Refused) or kept.event is None:
        return None
    return judge(replace(circumstances, event=kept.event), explain=False)
