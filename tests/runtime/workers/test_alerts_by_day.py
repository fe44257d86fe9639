"""What the day brings is told once: birthdays, tiers at risk, what runs out of a wish list."""

from dataclasses import replace
from datetime import date, timedelta

from domain.actors import SYSTEM
from domain.members.enrol import Enrol
from domain.program.rewards import Reward, RewardKind
from mongo.client import Database
from runtime.workers.accounts import AccountsFollower
from runtime.workers.birthdays import congratulate
from runtime.workers.goals import alert_running_out, alert_wish_lists
from runtime.workers.tier_alerts import alert_at_risk
from services.context import Context
from services.members.enrol_members import Enrolled, enrol_members
from services.program.publish_program import publish_program
from services.rewards.favourites import add_favourite
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from services.rewards.set_goal import set_goal
from tests.domain.tiers.lives import by, midnight
from tests.support.eventually import eventually
from tests.support.house import Clock
from tests.support.people import SHOP, as_member, buy, enrol
from tests.support.programs import a_program
from tests.support.working import Desk


async def bodies(context: Context, member: str) -> list[str]:
    rows = await context.inbox.since(member, 0, limit=100)
    return [row.message.body for row in rows if row.message.template not in ("points_earned", "points_spent")]


class TestCongratulate:
    async def test_the_active_are_congratulated_on_the_programmes_day_once_a_year(
        self, context: Context, clock: Clock, database: Database
    ) -> None:
        program = await context.programs.current()
        days = {"ann": date(1990, 6, 15), "bob": date(1990, 6, 16), "cy": date(1990, 6, 15), "dee": None}
        commands = [Enrol(name, given_name=name.title(), birthday=day) for name, day in days.items()]
        outcomes = await enrol_members(context, SHOP, commands)
        ids = {one.member.external_id: one.member.id for one in outcomes if isinstance(one, Enrolled)}
        await database["members"].update_one({"_id": ids["cy"]}, {"$set": {"status": "CLOSED"}})
        # Four in the morning in UTC is midnight in New York.
        clock.now = midnight(program, "2026-06-15")
        assert [await congratulate(context, clock()) for _ in range(2)] == [1, 0]
        clock.now = midnight(program, "2026-06-15") + timedelta(hours=23)
        assert await congratulate(context, clock()) == 0
        assert [await bodies(context, ids[name]) for name in days] == [
            ["All the best for your new year, from everybody at Corner Market Regulars."],
            [],
            [],
            [],
        ]
        clock.now = midnight(program, "2027-06-15")
        assert await congratulate(context, clock()) == 1

    async def test_a_programme_can_be_silent(self, context: Context, clock: Clock) -> None:
        program = a_program()
        await publish_program(context, SYSTEM, replace(program, alerts=replace(program.alerts, birthday=False)))
        await enrol_members(context, SHOP, [Enrol("ann", birthday=date(1990, 6, 15))])
        assert await congratulate(context, clock()) == 0


class TestAlertAtRisk:
    async def test_each_day_is_told_once_and_who_has_done_enough_is_not(
        self, context: Context, clock: Clock, desk: Desk
    ) -> None:
        program = by()
        await publish_program(context, SYSTEM, program)
        ann, bob = await enrol(context, "Ann", "Bob")
        async with desk.following(AccountsFollower(context)):
            for member in (ann, bob):
                await buy(context, member, "120.00", id=f"{member.id}-1")
            clock.now = midnight(program, "2027-02-01")
            await buy(context, bob, "100.00", id="bob-2")
            await buy(context, ann, "40.00", id="ann-2")
            await eventually(lambda: _projected(context, {ann.id: 2, bob.id: 2}))
        told = {}
        for day in ("2027-11-30", "2027-12-05", "2027-12-20", "2027-12-27", "2027-12-31"):
            clock.now = midnight(program, day)
            told[day] = [await alert_at_risk(context, clock()) for _ in range(2)]
        assert told == {
            "2027-11-30": [0, 0],
            "2027-12-05": [1, 0],
            "2027-12-20": [0, 0],
            "2027-12-27": [1, 0],
            "2027-12-31": [0, 0],
        }
        assert await bodies(context, ann.id) == ["60 Points more by 31 December 2027, and you stay Silver."] * 2
        assert await bodies(context, bob.id) == []


class TestAlertWishLists:
    async def test_who_marked_it_hears_once_and_who_saves_for_it_as_of_their_goal(
        self, context: Context, clock: Clock
    ) -> None:
        program = a_program(rewards=(Reward("mug", "A mug", RewardKind.GOODS, 1, stock=20),))
        await publish_program(context, SYSTEM, program)
        ann, bob, cy = await enrol(context, "Ann", "Bob", "Cy")
        for member in (ann, bob):
            await add_favourite(context, member.id, "mug")
        await set_goal(context, bob.id, "mug")
        assert await alert_wish_lists(context, clock()) == 0
        await buy(context, cy, "100.00", id="o1")
        command = RedeemReward(cy.id, "mug", "k", 19)
        assert isinstance(await redeem_reward(context, as_member(cy).actor(), command), Redeemed)
        for _ in range(2):
            await alert_running_out(context, clock())
            await alert_wish_lists(context, clock())
        assert await bodies(context, ann.id) == ["Only 1 of A mug, which is on your wish list, is left."]
        assert len(await bodies(context, bob.id)) == 1
        assert "saving for" in (await bodies(context, bob.id))[0]
        assert await bodies(context, cy.id) == []


async def _projected(context: Context, seqs: dict[str, int]) -> bool:
    found = await context.accounts.get_many(list(seqs))
    return all(member in found and found[member].seq >= seq for member, seq in seqs.items())
