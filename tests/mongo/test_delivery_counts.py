"""The counts of deliveries that ended."""

import asyncio
from datetime import timedelta

from domain.alerts.channel import Channel
from domain.alerts.counts import count_ended
from domain.alerts.delivery import DeliveryState, Why
from mongo.client import Database
from mongo.delivery_counts import DeliveryCounts
from tests.support.deliveries import a_delivery
from tests.support.house import NOON

ENDED = [
    a_delivery("ann", state=DeliveryState.SENT, created_at=NOON - timedelta(hours=9)),
    a_delivery("ann", channel=Channel.PUSH, state=DeliveryState.DROPPED, why=Why.CAPPED),
    a_delivery("bob", state=DeliveryState.DEAD),
]


class TestDeliveryCounts:
    async def test_what_was_added_is_read_whoever_added_it(self, database: Database) -> None:
        counts = [DeliveryCounts(database) for _ in range(8)]
        await asyncio.gather(*(one.add(ENDED, NOON) for one in counts))
        expected = count_ended(ENDED * 8, NOON)
        found = await counts[0].read()
        assert sorted(found, key=repr) == sorted(expected, key=repr)
        assert [one.count for one in found] == [8, 8, 8]

    async def test_nothing_is_asked_for_nothing(self, database: Database) -> None:
        await DeliveryCounts(database).add([a_delivery()], NOON)
        assert await DeliveryCounts(database).read() == []
        assert await database["delivery_counts"].count_documents({}) == 0
