"""A tier that time has ended is told by the entry that the sweep writes of it."""

from domain.actors import SYSTEM
from runtime.workers.accounts import AccountsFollower
from runtime.workers.inbox import InboxFollower
from services.context import Context
from services.program.publish_program import publish_program
from services.tiers.lapse import lapse_due
from tests.domain.tiers.lives import by, midnight
from tests.support.eventually import eventually
from tests.support.house import Clock
from tests.support.people import buy, enrol
from tests.support.working import Desk


async def told(context: Context, member: str) -> list[tuple[str, str, str]]:
    rows = [row.message for row in await context.inbox.since(member, 0, limit=100)]
    return [(one.key, one.title, one.body) for one in rows if one.data.get("news") == "TIER_ENDED"]


class TestLapsed:
    async def test_its_member_hears_once_though_the_sweep_runs_twice(
        self, context: Context, clock: Clock, desk: Desk
    ) -> None:
        program = by()
        await publish_program(context, SYSTEM, program)
        (ann,) = await enrol(context, "Ann")
        async with desk.following(AccountsFollower(context)), desk.following(InboxFollower(context)):
            await buy(context, ann, "120.00", id="o1")
            await eventually(lambda: _projected(context, ann.id))
            clock.now = midnight(program, "2028-01-01")
            for _ in range(2):
                await lapse_due(context, clock())
            await eventually(lambda: _heard(context, ann.id))
        # The second entry is the expiry of her points, which the third one finds due.
        assert await told(context, ann.id) == [
            ("entry:3:tier", "You are Bronze now", "Your time as Silver is over.")
        ]


async def _projected(context: Context, member: str) -> bool:
    return member in await context.accounts.get_many([member])


async def _heard(context: Context, member: str) -> bool:
    return bool(await told(context, member))
