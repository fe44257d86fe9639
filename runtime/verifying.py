"""`regulars verify` over its servers: the run, its processes, its progress bar."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mongo.checkpoints import Checkpoints
from mongo.verifications import Verifications
from runtime.cli.work import migrate_own
from runtime.faults import CannotRun
from runtime.progress import Bar, progress
from runtime.reach import reach
from runtime.roots import believed, roots_folder
from runtime.settings import Settings
from runtime.wiring import open_house
from runtime.workers.roots import signed_day
from services.ledger.signed_tips import Signed
from services.ledger.tips_file import TipsFile
from services.ledger.verify_report import Report
from services.ledger.verify_roots import RootsFound, verify_roots
from services.ledger.verify_run import Plan, Take, finish_verification, plan_verification, verify_pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for; `processes` of None: one a core. `keys`: whose roots are believed."""

    processes: int | None = None
    since: datetime | None = None
    fresh: bool = False
    keys: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `report` holds the faults of the roots, too."""

    report: Report
    plan: Plan
    roots: RootsFound
    processes: int
    seconds: float


def verify_with_progress(settings: Settings, wish: Wish) -> Outcome:
    """Verifies the ledger, what is left of a run that was stopped, and the roots.

    Raises what stores raise, and CannotRun for a `since` that lies ahead: nothing would be read, and all be well.
    """
    import uvloop

    if wish.since and wish.since > datetime.now(UTC):
        raise CannotRun("--since lies ahead (it is UTC): nothing has been recorded since then.")
    begun = time.monotonic()
    with reach(settings) as connected, progress("Verifying") as bar:
        if settings.mongodb_uri is None:
            asyncio.run(migrate_own(connected))
        plan, roots = uvloop.run(_begin(connected, wish))
        processes = min(wish.processes or os.cpu_count() or 1, max(len(plan.pending), 1))
        shown = _showing(bar, plan)
        if processes == 1:
            verify_share(connected, plan, roots, _one_by_one(plan), lambda read: shown(read, 0))
        else:
            from runtime.verify_processes import verify_shared

            verify_shared(connected, plan, roots, processes, shown)
        report = uvloop.run(_finish(connected, plan))
    for fault in roots.faults:
        report.refuse("", 0, fault)
    return Outcome(report, plan, roots, processes, time.monotonic() - begun)


def verify_share(
    settings: Settings, plan: Plan, roots: RootsFound, take: Take, hear: Callable[[int], None]
) -> None:
    """Verifies the ranges that `take` gives, in this process; `hear` is told how many entries it has read."""
    import uvloop

    uvloop.run(_share(settings, plan, roots, take, hear))


async def _begin(settings: Settings, wish: Wish) -> tuple[Plan, RootsFound]:
    async with open_house(settings) as house:
        day = await signed_day(Checkpoints(house.database))
        roots = verify_roots(roots_folder(settings), believed(settings, wish.keys), signed=day)
        runs = Verifications(house.database)
        return await plan_verification(house.context, runs, since=wish.since, fresh=wish.fresh), roots


async def _share(
    settings: Settings, plan: Plan, roots: RootsFound, take: Take, hear: Callable[[int], None]
) -> None:
    async with open_house(settings) as house:
        runs = Verifications(house.database)
        if roots.newest is None or roots.tips is None:
            await verify_pending(house.context, runs, plan, take, hear, signed=None)
            return
        with TipsFile(roots.tips) as tips:
            signed = Signed(roots.newest.date, tips)
            await verify_pending(house.context, runs, plan, take, hear, signed=signed)


async def _finish(settings: Settings, plan: Plan) -> Report:
    async with open_house(settings) as house:
        return await finish_verification(house.context, Verifications(house.database), plan)


def _one_by_one(plan: Plan) -> Take:
    pending = iter(plan.pending)
    return lambda: next(pending, None)


def _showing(bar: Bar, plan: Plan) -> Callable[[int, int], None]:
    """Shows how many entries were read and how many ranges are done: of the whole only one of them is known."""

    def show(read: int, done: int) -> None:
        if plan.since:
            fraction = (plan.done + done) / len(plan.ranges)
        else:
            fraction = min((plan.read + read) / max(plan.entries, 1), 1.0)
        bar.fraction(fraction, f"{plan.read + read:,} entries")

    return show
