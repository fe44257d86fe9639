"""Ask for a draft to be simulated: it is put into the queue, once for a key."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.refusals import Refused
from domain.simulation.run import Simulation
from domain.simulation.sample import Sample, sample_of
from domain.simulation.span import refuse_span
from domain.time import to_ms, whole_ms
from services.context import Context
from services.keys import client_key, key_conflict
from services.program.refusals import no_such_draft


@dataclass(frozen=True, slots=True)
class RequestSimulation:
    """The draft as it stands, over `begin` <= occurredAt < `until`, for a part of the members."""

    draft: str
    key: str
    begin: datetime | None = None
    until: datetime | None = None
    percent: Decimal | None = None


async def request_simulation(context: Context, actor: Actor, command: RequestSimulation) -> Simulation | Refused:
    """The simulation in the queue, or as it stands for the same key and input.

    What is simulated is the draft of this moment, whatever is saved later. Refuses NOT_FOUND, INVALID_INPUT for a
    range or a sample that is none, and IDEMPOTENCY_CONFLICT.
    """
    key = client_key(command.key, actor)
    if isinstance(key, Refused):
        return key
    sample, now = sample_of(command.percent), context.clock()
    if isinstance(sample, Refused):
        return sample
    refusal = refuse_span(command.begin, command.until, now)
    if refusal:
        return refusal
    input = _input(actor, command, sample)
    standing = await context.simulations.by_key(key)
    if standing:
        return standing if standing.input == input else key_conflict()
    draft = await context.drafts.get(command.draft)
    if draft is None:
        return no_such_draft()
    simulation = Simulation(
        id=secrets.token_hex(10),
        draft=draft.id,
        hash=draft.hash,
        against=(await context.programs.current()).version,
        requested_by=actor,
        requested_at=now,
        begin=_whole(command.begin),
        until=_whole(command.until),
        percent=sample.percent,
        seed=sample.seed,
        key=key,
        input=input,
    )
    stands = await context.simulations.add(simulation, draft.program)
    return stands if stands.input == input else key_conflict()


def _input(actor: Actor, command: RequestSimulation, sample: Sample) -> str:
    moments = [None if moment is None else to_ms(moment) for moment in (command.begin, command.until)]
    return input_hash("simulate", actor.id, command.draft, *moments, f"{sample.percent.normalize():f}")


def _whole(moment: datetime | None) -> datetime | None:
    return None if moment is None else whole_ms(moment)
