"""What time does: expiries, releases and holds that end, each minute; alerts, daily; what a crash left, always."""

import asyncio
import logging
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from mongo.checkpoints import Checkpoints
from mongo.imports import Imports
from mongo.leases import Lease
from notifications.plan_expiring import alert_horizon, plan_expiring
from runtime.workers.accounts import AccountsFollower
from runtime.workers.birthdays import congratulate
from runtime.workers.follower import Outdone
from runtime.workers.goals import alert_running_out, alert_wish_lists
from runtime.workers.pausing import pause
from runtime.workers.place import Place
from runtime.workers.tier_alerts import alert_at_risk
from runtime.workers.voucher_alerts import alert_vouchers, warn_of_low_pools
from services.context import Context
from services.earning.record_events import finish_events
from services.engagement.celebrate import celebrate
from services.engagement.welcome import welcome_waiting
from services.inbox.deliver import deliver
from services.ledger.expire_due import expire_due, members_due
from services.members.update_profile import tell_security
from services.program.follow_catalog import follow_catalog
from services.rewards.end_reviews import end_reviews
from services.rewards.recommend import count_companions
from services.rewards.tell import tell_untold
from services.tiers.lapse import judge_anew, lapse_due

logger = logging.getLogger(__name__)

NAME = "sweep"
EVERY = 5.0
"""Seconds between looks at the calendar."""
FINISH_EVERY = timedelta(seconds=30)
SETTLE_EVERY = timedelta(minutes=1)
"""How long what time has done may stand unwritten; nothing that is read depends on it."""
UNFINISHED_AFTER = timedelta(seconds=60)
BEHIND_AT_MOST = timedelta(minutes=1)
IMPORT_SILENT_FOR = timedelta(minutes=1)
_CLAIMS = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What one day's sweep did: members who had something to expire, alerts that were new, and birthdays and
    anniversaries that were."""

    expired: int
    alerted: int
    celebrated: int = 0


async def sweep(
    context: Context, checkpoints: Checkpoints, imports: Imports, lease: Lease, stop: asyncio.Event
) -> None:
    """Sweeps until `stop`: what is due each minute, and each day of the programme's zone once with its alerts.

    The day is saved after its work, so that a sweep which was cut off is done again; doing it twice changes
    nothing. Raises Outdone when the lease has a newer holder, and faults of the store.
    """
    checkpoint = await checkpoints.claim(lease)
    if checkpoint is None:
        raise Outdone(lease.name)
    swept = checkpoint.value.get("day")
    finished_at: datetime | None = None
    settled_at: datetime | None = None
    listed: int | None = None
    low: frozenset[str] = frozenset()
    while not stop.is_set():
        now = context.clock()
        today = await programme_day(context, now)
        listed = await follow_catalog(context, listed)
        due = swept is None or swept < today.isoformat()
        if not due and _is_over(settled_at, SETTLE_EVERY, now) and await _may_sweep(context, checkpoints, imports):
            await settle_due(context, now)
            settled_at = now
        if due and await _may_sweep(context, checkpoints, imports):
            done = await sweep_day(context, now, since=date.fromisoformat(swept) if swept else None)
            logger.info("swept", extra={"day": today.isoformat(), **asdict(done)})
            swept = today.isoformat()
            if not await checkpoints.save(lease, {"day": swept}, now=now):
                raise Outdone(lease.name)
        if _is_over(finished_at, FINISH_EVERY, now):
            await finish_unfinished(context, now)
            low = await warn_of_low_pools(context, low)
            finished_at = now
        await pause(stop, EVERY)


def _is_over(last: datetime | None, wait: timedelta, now: datetime) -> bool:
    return last is None or now - last >= wait


async def _may_sweep(context: Context, checkpoints: Checkpoints, imports: Imports) -> bool:
    return await is_projected(context, checkpoints) and not await is_importing(imports, context.clock())


async def is_importing(imports: Imports, now: datetime) -> bool:
    """Whether an import goes on: it was heard of within the last minute.

    An expiry of today's would stand before history that is still coming in, and pull its entries behind itself.
    """
    return await imports.under_way(since=now - IMPORT_SILENT_FOR)


async def is_projected(context: Context, checkpoints: Checkpoints) -> bool:
    """Whether the projection that says who is due has what was recorded until a minute before the newest entry.

    A sweep over a projection that is just being built, as after a restore, would find nobody and call it a day.
    """
    if not (await context.totals.round()).whole:
        return False
    found = (await checkpoints.get_many([AccountsFollower.name])).get(AccountsFollower.name)
    handled_at = Place.read(found.value).handled_at if found else None
    newest = await context.ledger.newest_recorded_at()
    return handled_at is not None and (newest is None or newest - handled_at <= BEHIND_AT_MOST)


async def programme_day(context: Context, now: datetime) -> date:
    """The calendar day at `now` in the programme's zone."""
    return now.astimezone((await context.programs.current()).zone).date()


async def settle_due(context: Context, now: datetime) -> int:
    """Writes what time has done to points, redemptions and tiers; how many members had points settled.

    Members hear of goals and of what is on their wish lists that runs out.
    """
    expired = await expire_due(context, now)
    await end_reviews(context, now)
    await alert_running_out(context, now)
    await alert_wish_lists(context, now)
    await judge_anew(context, now)
    await lapse_due(context, now)
    return expired


async def sweep_day(context: Context, now: datetime, *, since: date | None = None) -> Swept:
    """Settles what is due, sends the alerts that are, tells the rules of birthdays and anniversaries, and counts
    which rewards members chose together.

    Any number of times, with the same result. `since`: the last day that was swept.
    """
    expired = await settle_due(context, now)
    await count_companions(context, now)
    alerted = await send_alerts(context, now) + await alert_vouchers(context, now)
    alerted += await alert_at_risk(context, now) + await congratulate(context, now)
    return Swept(expired, alerted, await celebrate(context, now, since=since))


async def send_alerts(context: Context, now: datetime) -> int:
    """Puts the alerts whose day has come into the inboxes; how many were new."""
    program = await context.programs.current()
    horizon = alert_horizon(program, now)
    if horizon is None:
        return 0
    sent = 0
    async for page in members_due(context, horizon):
        messages = [message for one in page for message in plan_expiring(one.member, one.state, program, now)]
        sent += len(await deliver(context, messages))
    return sent


async def finish_unfinished(context: Context, now: datetime) -> int:
    """Finishes events claimed over a minute ago, whose entries may be missing; how many there were.

    First it tells the rules of members who have joined and of whom nobody could tell them then, and members what
    has become of their redemptions and profiles where nobody could.
    """
    await welcome_waiting(context, before=now - UNFINISHED_AFTER, limit=_CLAIMS)
    await tell_untold(context)
    await tell_security(context)
    claims = await context.events.unfinished(before=now - UNFINISHED_AFTER, limit=_CLAIMS)
    if claims:
        await finish_events(context, claims)
    return len(claims)
