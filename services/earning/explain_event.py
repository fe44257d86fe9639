"""Why an event that was recorded gave what it gave, rule by rule, and why the other rules gave nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.earning.events.event import Event
from domain.earning.events.plain import event_from_plain
from domain.earning.explain import Finding, findings
from domain.earning.facts.circumstances import Circumstances
from domain.earning.judging.judge import judge
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.state import EMPTY_STATE, State
from domain.program.levels import Tier
from domain.program.program import Program
from domain.tiers.standing import tier_at
from mongo.events import Claim
from services.context import Context
from services.earning.explain_refund import explain_refund
from services.earning.people import people_for
from services.earning.post_event import written_by
from services.ledger.read_states import read_state_as_of

_AWARDS = (EntryKind.EARN, EntryKind.PENDING)


@dataclass(frozen=True, slots=True)
class Explained:
    """An event and what became of it. `program` is the version that judged it, `tier` the member's it went by.

    `entries`: all that it wrote, none when it gave and counted nothing, or was refused.
    """

    event: Event
    claim: Claim
    program: Program
    tier: Tier
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]


async def explain_event(
    context: Context, source: str, id: str, *, others: bool = False, may_see: Callable[[str], bool] | None = None
) -> Explained | None:
    """The explanation of an event; None for one that was never recorded.

    It is judged again in the circumstances of then: the version that gave the award (the one in force then when
    there is none), the state before its first entry, and the profile as it is now, of which no past is kept. What
    it gave is what stands in the ledger. Of a refund it says what each rule of the order's version gives for what
    was kept before it and after. `others`: also the rules for other types of event. `may_see`: of which
    members the asker may see events; those of others are as if never recorded, and nothing more is read for them.
    """
    claim_id = f"{source}|{id}"
    claim = (await context.events.find([claim_id])).get(claim_id)
    if claim is None or not (may_see is None or may_see(claim.member)):
        return None
    event = event_from_plain(claim.body, claim.member)
    entries = await written_by(context, event)
    awards = [entry for entry in entries if entry.kind in _AWARDS]
    program = await _program(context, claim, awards)
    if event.type in program.refunded_on and (refund := await explain_refund(context, event, entries)):
        judged, found = refund
        return Explained(event, claim, judged.program, judged.tier, entries, found)
    state = await _state_before(context, claim, awards)
    circumstances = await _circumstances(context, program, event, state)
    found = ()
    if event.type not in program.refunded_on:
        judgement = judge(circumstances, others=others)
        found = findings(program, judgement, [(one.currency, line) for one in awards for line in one.lines])
    return Explained(event, claim, program, circumstances.tier, entries, found)


async def _program(context: Context, claim: Claim, awards: Sequence[Entry]) -> Program:
    """The version that gave the awards, as their lines say, or the one that was in force then."""
    versions = [line.version for entry in awards for line in entry.lines]
    if versions:
        return await context.programs.at(versions[0])
    return await context.programs.as_of(awards[0].recorded_at if awards else claim.claimed_at)


async def _state_before(context: Context, claim: Claim, awards: Sequence[Entry]) -> State:
    """What time had done by then stands in entries of its own before the award."""
    if not awards:
        moment = claim.effective_at or claim.claimed_at
        return (await read_state_as_of(context, claim.member, moment)).state
    before = (claim.member, awards[0].seq - 1)
    entry = (await context.ledger.get_many([before])).get(before)
    return entry.after if entry else EMPTY_STATE


async def _circumstances(context: Context, program: Program, event: Event, state: State) -> Circumstances:
    (about,) = await people_for(context, program, [event])
    tier = tier_at(program, state, event.occurred_at)
    return Circumstances(program, event, state, about.person, tier, referrer=about.referrer)
