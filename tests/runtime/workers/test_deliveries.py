"""The worker by whom alerts leave the house, over a partner's real server; killed at any of its writes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from domain.actors import SYSTEM
from domain.alerts.channel import webhook_provider
from domain.alerts.delivery import DeliveryState, provider_id
from domain.members.member import Member
from domain.program.alerts import AlertHook
from domain.program.rewards import Partner
from domain.rewards.webhooks import Door
from mongo.checkpoints import Checkpoints
from mongo.leases import Lease
from notifications.channels.webhook import WebhookDriver, open_client
from resolvers.ids import global_id
from runtime.carriage import notification_id
from runtime.wiring import House
from runtime.workers.deliveries import NAME, Carriage, deliver_alerts
from runtime.workers.follower import Outdone
from runtime.workers.run import run_workers
from services.context import Context
from services.program.publish_program import publish_program
from tests.support.carrying import loud, news, posting
from tests.support.eventually import eventually
from tests.support.members import a_member
from tests.support.other_worker import OtherWorker
from tests.support.partner_server import PartnerServer, partner_server
from tests.support.programs import a_program

KEY = bytes(range(32))
PROVIDER = webhook_provider("POST")


@pytest.fixture
async def ada(context: Context) -> Member:
    alerts = loud(webhooks=(AlertHook("post"),))
    await publish_program(context, SYSTEM, a_program(alerts=alerts, partners=(Partner("post", "The post"),)))
    member = a_member(1)
    await context.members.insert(member)
    return member


@asynccontextmanager
async def carrying(partner: PartnerServer) -> AsyncIterator[Carriage]:
    async with open_client() as client:
        yield Carriage({PROVIDER: WebhookDriver(Door(partner.url, KEY), client)}, notification_id)


class TestDeliverAlerts:
    async def test_all_workers_together_tell_the_partner_of_a_message(
        self, house: House, context: Context, ada: Member
    ) -> None:
        stop = asyncio.Event()
        async with partner_server() as partner, carrying(partner) as carriage:
            work = asyncio.create_task(run_workers(house, stop, carriage=carriage))
            await context.inbox.put_many([news(ada, points=5)])
            await eventually(lambda: bool(partner.received))
            stop.set()
            await work
        [got] = partner.received
        assert got.plain["data"]["notificationId"] == global_id("Notification", ada.id, 1)
        assert (got.plain["data"]["member"], got.plain["data"]["data"]) == ("ext-1", {"points": 5})
        (delivery,) = await posting(house, {}).all()
        assert (delivery.state, got.id) == (DeliveryState.SENT, str(provider_id(delivery.id)))
        counted = await house.database["delivery_counts"].find().to_list(None)
        assert [row["count"] for row in counted] == [1]

    async def test_whoever_was_overtaken_does_not_begin(self, house: House, ada: Member) -> None:
        await Checkpoints(house.database).claim(Lease(NAME, 2))
        with pytest.raises(Outdone):
            await deliver_alerts(house, Carriage({}, notification_id), Lease(NAME, 1), asyncio.Event())


class TestAKilledWorker:
    # The lease, the checkpoint, the deliveries, the row, the booking, the settling, the counting.
    @pytest.mark.parametrize("writes", [1, 2, 3, 4, 5, 6, 7])
    async def test_killed_after_any_write_the_partner_has_it_under_one_id(
        self, house: House, context: Context, mongo_uri: str, ada: Member, writes: int
    ) -> None:
        await context.inbox.put_many([news(ada)])
        async with partner_server() as partner, carrying(partner) as carriage:
            then = f"{writes} {partner.url}"
            async with OtherWorker(house, mongo_uri, then=then, module="tests.support.mortal_dispatcher") as other:
                assert await other.ended() == -9
            clock = context.clock
            clock.advance(seconds=10)  # type: ignore[attr-defined]
            office = posting(house, carriage.drivers)
            office.fence = 9
            await office.through()
            assert {got.id for got in partner.received} == {str(provider_id((await office.only()).id))}
            assert (await office.only()).state is DeliveryState.SENT
            assert len(partner.received) == 1
