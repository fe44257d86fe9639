"""A run of `verify` in ranges: any number of processes take them, and one that was stopped goes on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from mongo.faults import StoreFault
from mongo.verifications import Verifications
from services.context import Context
from services.ledger.compare_totals import compare_totals
from services.ledger.id_ranges import IdRange, cut, id_ranges
from services.ledger.signed_tips import Signed
from services.ledger.verify_changed import verify_changed
from services.ledger.verify_ledger import verify_ledger, verify_strangers
from services.ledger.verify_members import Progress
from services.ledger.verify_report import Report, report_from_plain, report_to_plain

Take = Callable[[], int | None]
"""The next range nobody has taken; None: there is none left."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do. An earlier start, at `started_at` first, did `done` ranges of `read` entries.

    `token` tells it from others of its name; `entries`: how many the ledger has, about.
    """

    id: str
    token: str
    since: datetime | None
    started_at: datetime
    ranges: tuple[IdRange, ...]
    pending: tuple[int, ...]
    entries: int
    read: int

    @property
    def done(self) -> int:
        """How many ranges an earlier start has done."""
        return len(self.ranges) - len(self.pending)


class Overtaken(Exception):
    """Another start of the same run has ended it, or begun it anew: what was found is not all there any more."""


async def plan_verification(context: Context, runs: Verifications, *, since: datetime | None, fresh: bool) -> Plan:
    """The run that was stopped, or with `fresh`, or when there is none, a new one."""
    id = f"since {since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" if since else "all"
    if fresh:
        await runs.discard(id)
    entries = await context.ledger.count()
    wanted = id_ranges(entries)
    run = await runs.begin(id, ranges=len(wanted), now=context.clock())
    if len(wanted) != run.ranges:  # the ledger has grown since
        wanted = next(ranges for ranges in map(cut, range(4)) if len(ranges) == run.ranges)
    if since and not run.listed:
        await runs.list_changed(id, since)
    read = sum([report["entries"] async for report in runs.reports(id, run.token)])
    pending = tuple(index for index in range(run.ranges) if index not in run.done)
    return Plan(id, run.token, since, run.started_at, tuple(wanted), pending, entries, read)


async def verify_pending(
    context: Context, runs: Verifications, plan: Plan, take: Take, progress: Progress, *, signed: Signed | None
) -> None:
    """Verifies ranges as long as `take` has one, and keeps what was found in each.

    `progress` hears how many entries this caller has read.
    """
    read = 0
    while (index := take()) is not None:
        ids = plan.ranges[index]
        begun = read

        def hear(entries: int, begun: int = begun) -> None:
            progress(begun + entries)

        if plan.since:
            changed = runs.changed(plan.id, *ids)
            report = await verify_changed(context, changed, hear, signed=signed)
        else:
            report = await verify_ledger(context, hear, ids=ids, signed=signed)
        read += report.entries
        await runs.save(plan.id, plan.token, index, report_to_plain(report))


async def finish_verification(context: Context, runs: Verifications, plan: Plan) -> Report:
    """What was found in all ranges, and beside them; the run is over.

    A run over everything holds the programme's totals against the accounts, too. Raises Overtaken unless every
    range is there: a part must never pass for the whole.
    """
    whole = await verify_strangers(context)
    if plan.since is None:
        await _verify_totals(context, whole)
    done = 0
    async for part in runs.reports(plan.id, plan.token):
        whole.add(report_from_plain(part))
        done += 1
    # Asked last: as long as the run stands, nothing of it has been forgotten.
    if done < len(plan.ranges) or not await runs.stands(plan.id, plan.token):
        raise Overtaken(
            "Another verification of the same began anew or ended while this one ran, and what was found is not "
            "all there. Give the same command again, once nobody else does."
        )
    whole.violations.sort(key=lambda violation: (violation.member, violation.seq))
    await runs.discard(plan.id)
    return whole


async def _verify_totals(context: Context, report: Report) -> None:
    try:
        report.refuse("", 0, *await compare_totals(context))
    except StoreFault as fault:  # it reads one snapshot, which no server keeps for ever
        report.unchecked.append(f"the programme's accounts were not compared with the members': {fault}")
