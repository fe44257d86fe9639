"""What has become of deliveries, added up: a document for all that ended alike, so that there are only ever a few.

They are for watching: whoever settles deliveries adds them afterwards, and what dies in between is not counted.
"""

from collections.abc import Sequence
from datetime import datetime

from pymongo import UpdateOne

from domain.alerts.channel import Channel
from domain.alerts.counts import BOUNDS, DeliveryCount, count_ended
from domain.alerts.delivery import Delivery, DeliveryState, Why
from domain.inbox.message import NotificationKind
from mongo.client import Database, Document
from mongo.faults import store


@store
class DeliveryCounts:
    """The counts of all deliveries that ever ended."""

    def __init__(self, database: Database) -> None:
        self._counts = database["delivery_counts"]

    async def add(self, ended: Sequence[Delivery], now: datetime) -> None:
        """Counts deliveries that have just ended, as they are now; those that wait are left out. One command."""
        changes = [_addition(one) for one in count_ended(ended, now)]
        if changes:
            await self._counts.bulk_write(changes, ordered=False)

    async def read(self) -> list[DeliveryCount]:
        """All of them, sorted; some hundred at most, whatever was sent."""
        return [_count(row) for row in await self._counts.find({}, sort=[("_id", 1)]).to_list(None)]


def _addition(one: DeliveryCount) -> UpdateOne:
    increments: Document = {"count": one.count, "ms": one.milliseconds}
    increments |= {f"buckets.{place}": count for place, count in enumerate(one.buckets) if count}
    alike = (one.kind.value, one.channel.value, one.state.value, one.why.value if one.why else "")
    return UpdateOne({"_id": "|".join(alike)}, {"$inc": increments}, upsert=True)


def _count(row: Document) -> DeliveryCount:
    kind, channel, state, why = row["_id"].split("|")
    return DeliveryCount(
        NotificationKind(kind),
        Channel(channel),
        DeliveryState(state),
        Why(why) if why else None,
        row["count"],
        row["ms"],
        tuple(row["buckets"].get(str(place), 0) for place in range(len(BOUNDS) + 1)),
    )
