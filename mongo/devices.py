"""The devices that members can be pushed to: a token belongs to one member, the one who registered it last."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument

from domain.alerts.device import Device, DevicePlatform
from mongo.client import Database, Document
from mongo.faults import store

INDEXES = [IndexModel([("member", ASCENDING), ("seenAt", DESCENDING), ("_id", ASCENDING)], name="member_newest")]
MOST: Final = 20
"""Devices a member: whoever registers more has thrown the oldest away."""


@store
class Devices:
    """One row a device, under an id made of platform and address, so that none is there twice."""

    def __init__(self, database: Database) -> None:
        self._devices = database["devices"]

    async def register(self, device: Device) -> Device:
        """Makes it the member's, whoever had it before, and forgets what they have beyond MOST, the oldest.

        As it stands then: registered again by the same member it keeps its first time.
        """
        row: Document = {"member": device.member, "platform": device.platform.value, "token": device.token}
        same = {"$eq": ["$member", device.member]}
        first = {"$cond": [same, {"$ifNull": ["$registeredAt", device.registered_at]}, device.registered_at]}
        stood = await self._devices.find_one_and_update(
            {"_id": device.id},
            # Texts of a caller's are told from paths and operators by `$literal`.
            [
                {"$set": {"registeredAt": first, "seenAt": device.seen_at}},
                {"$set": {name: {"$literal": value} for name, value in row.items()}},
            ],
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        await self._forget_beyond(device.member)
        return _device(stood)

    async def of_members(self, members: Iterable[str]) -> dict[str, tuple[Device, ...]]:
        """What each has, the one seen last first, in one query; those who have none are left out."""
        wanted = {"member": {"$in": list(members)}}
        rows = await self._devices.find(wanted, sort=[("member", 1), ("seenAt", -1), ("_id", 1)]).to_list(None)
        found: dict[str, list[Device]] = {}
        for row in rows:
            found.setdefault(row["member"], []).append(_device(row))
        return {member: tuple(devices[:MOST]) for member, devices in found.items()}

    async def get_many(self, ids: Iterable[str]) -> dict[str, Device]:
        """Devices by id; those that are gone are left out."""
        rows = await self._devices.find({"_id": {"$in": list(ids)}}).to_list(None)
        return {row["_id"]: _device(row) for row in rows}

    async def remove(self, member: str, id: str, *, seen_by: datetime | None = None) -> bool:
        """Forgets it, if it is still that member's; whether it was there.

        `seen_by`: unless it was registered again after then.
        """
        named: Document = {"_id": id, "member": member}
        if seen_by is not None:
            named["seenAt"] = {"$lte": seen_by}
        return (await self._devices.delete_one(named)).deleted_count == 1

    async def _forget_beyond(self, member: str) -> None:
        rows = self._devices.find({"member": member}, {"_id": 1}, sort=[("seenAt", -1), ("_id", 1)], skip=MOST)
        beyond = [row["_id"] for row in await rows.to_list(None)]
        if beyond:
            await self._devices.delete_many({"_id": {"$in": beyond}, "member": member})


def _device(row: Document) -> Device:
    return Device(
        id=row["_id"],
        member=row["member"],
        platform=DevicePlatform(row["platform"]),
        token=row["token"],
        registered_at=row["registeredAt"],
        seen_at=row["seenAt"],
    )
