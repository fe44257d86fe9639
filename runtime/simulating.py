"""`regulars program simulate` over its servers: the two processes, the bar, and the kept result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from domain.actors import SYSTEM, Actor, ActorKind
from domain.program.program import Program
from domain.refusals import Refused
from domain.simulation.report import Report
from domain.simulation.sample import Sample, sample_of
from domain.simulation.span import refuse_span
from resolvers.ids import key_of
from runtime import programmes
from runtime.faults import CannotRun
from runtime.progress import progress
from runtime.reach import reach
from runtime.settings import Settings
from runtime.simulating_processes import TwoProcesses
from runtime.wiring import House, open_house
from services.simulation.record_simulation import record_simulation
from services.simulation.simulate_program import Wish, simulate_program

Load = Callable[[Sequence[Program]], Program]
"""The programme of a file, which follows those that were published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line says, as it was typed."""

    draft: str | None = None
    begins: str | None = None
    ends: str | None = None
    sample: str | None = None
    seed: int = 0
    by: str | None = None


def simulate_with_progress(settings: Settings, load: Load | None, options: Options) -> Report:
    """The report, which is kept, too; of a draft where there is nothing to `load`.

    Raises CannotRun for what cannot be simulated.
    """
    import uvloop

    from runtime.cli.work import migrate_own

    async def worked(connected: Settings) -> Report:
        if settings.mongodb_uri is None:
            await migrate_own(connected)
        async with open_house(connected) as house:
            return await _simulate(house, connected, load, options)

    with reach(settings) as connected:
        return uvloop.run(worked(connected))


async def _simulate(house: House, connected: Settings, load: Load | None, options: Options) -> Report:
    context = house.context
    draft, program = await _program(house, load, options.draft or "")
    wish = _wish(options, program)
    refusal = refuse_span(wish.begin, wish.until, context.clock())
    if refusal:
        raise CannotRun(refusal.message)
    started_at = context.clock()
    with progress("Simulating") as bar:
        report = await simulate_program(
            context, program, wish, bar.fraction, replay=TwoProcesses(connected).replay
        )
    by = Actor(ActorKind.AGENT, options.by) if options.by else SYSTEM
    await record_simulation(context, program, wish, report, started_at=started_at, by=by, draft=draft)
    return report


async def _program(house: House, load: Load | None, name: str) -> tuple[str | None, Program]:
    if load:
        return None, load(await house.context.programs.all())
    draft = await house.context.drafts.get(key_of("ProgramDraft", name) or name)
    if draft is None:
        raise CannotRun(f"There is no draft {name}: `regulars program draft` lists them all.")
    return draft.id, draft.program


def _wish(options: Options, program: Program) -> Wish:
    begin = programmes.moment(options.begins, program) if options.begins else None
    until = programmes.moment(options.ends, program, "--to") if options.ends else None
    return Wish(begin, until, _sample(options))


def _sample(options: Options) -> Sample:
    try:
        percent = None if options.sample is None else Decimal(options.sample)
    except InvalidOperation:
        raise CannotRun(f"--sample takes a number of percent, not {options.sample!r}.") from None
    sample = sample_of(percent, options.seed)
    if isinstance(sample, Refused):
        raise CannotRun(sample.message)
    return sample
