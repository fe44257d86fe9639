"""Dispatchers are killed at random instants until everything is through: nothing is lost, nothing doubled."""

from bench.killed_dispatcher import kill_until_through, publish_hook, put_messages
from bench.receiver import a_receiver
from domain.alerts.delivery import DeliveryState
from runtime.wiring import House, build_context, system_clock
from services.context import Context
from tests.support.members import a_member
from tests.support.programs import a_program

MESSAGES, MEMBERS = 1_000, 100
LONGEST_LIFE = 1.0
"""Seconds in which no machine sends them all, so that somebody is killed for certain."""


class TestAKilledDispatcher:
    async def test_every_message_comes_under_its_one_id_and_in_the_order_of_its_member(
        self, house: House, context: Context, mongo_uri: str
    ) -> None:
        now = House(house.database, house.cache, build_context(house.database, house.cache, system_clock))
        await publish_hook(now, a_program())
        members = [a_member(number) for number in range(1, MEMBERS + 1)]
        await context.members.insert_many(members)
        await put_messages(now, [member.id for member in members], MESSAGES)
        async with a_receiver() as receiver:
            outcome = await kill_until_through(
                now,
                mongo_uri,
                receiver,
                messages=MESSAGES,
                processes=2,
                seed=20_261_123,
                longest_life=LONGEST_LIFE,
            )
        assert outcome.states == {DeliveryState.SENT.value: MESSAGES}
        assert (outcome.distinct, outcome.expected, outcome.in_order) == (MESSAGES, True, True)
        assert outcome.kills >= 1
