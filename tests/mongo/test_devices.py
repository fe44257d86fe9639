"""Devices: a token is one member's at a time, and nobody has endlessly many."""

import asyncio
from datetime import UTC, datetime, timedelta

from domain.alerts.device import Device, DevicePlatform
from mongo.client import Database
from mongo.devices import MOST, Devices

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def device(member: str, id: str = "d1", *, at: datetime = NOW, token: str = "abc") -> Device:
    return Device(id, member, DevicePlatform.IOS, token, at, at)


class TestDevices:
    async def test_registering_again_keeps_the_first_time_and_notes_the_last(self, database: Database) -> None:
        devices, later = Devices(database), NOW + timedelta(days=3)
        await devices.register(device("ann"))
        again = await devices.register(device("ann", at=later))
        assert again == Device("d1", "ann", DevicePlatform.IOS, "abc", NOW, later)
        assert await devices.of_members(["ann", "bob"]) == {"ann": (again,)}

    async def test_a_device_that_another_member_registers_is_theirs_alone(self, database: Database) -> None:
        devices, later = Devices(database), NOW + timedelta(days=3)
        await devices.register(device("ann"))
        moved = await devices.register(device("bob", at=later))
        assert moved.registered_at == later
        assert await devices.of_members(["ann", "bob"]) == {"bob": (moved,)}
        assert not await devices.remove("ann", "d1")
        assert await devices.get_many(["d1", "d2"]) == {"d1": moved}

    async def test_two_who_register_it_at_once_leave_it_with_one(self, database: Database) -> None:
        devices = Devices(database)
        for n in range(10):
            await asyncio.gather(*(devices.register(device(who, f"d{n}")) for who in ("ann", "bob")))
        found = await devices.of_members(["ann", "bob"])
        assert sorted(one.id for each in found.values() for one in each) == [f"d{n}" for n in range(10)]

    async def test_beyond_the_most_the_longest_unseen_is_forgotten(self, database: Database) -> None:
        devices = Devices(database)
        for n in range(MOST + 2):
            await devices.register(device("ann", f"d{n:02}", at=NOW + timedelta(minutes=n)))
        found = (await devices.of_members(["ann"]))["ann"]
        assert [one.id for one in found] == [f"d{n:02}" for n in range(MOST + 1, 1, -1)]

    async def test_what_was_registered_again_since_is_not_forgotten_for_an_old_answer(
        self, database: Database
    ) -> None:
        devices = Devices(database)
        await devices.register(device("ann"))
        await devices.register(device("ann", at=NOW + timedelta(hours=1)))
        assert not await devices.remove("ann", "d1", seen_by=NOW)
        assert await devices.remove("ann", "d1", seen_by=NOW + timedelta(hours=1))
        assert await devices.of_members(["ann"]) == {}

    async def test_a_token_that_looks_like_an_operator_is_kept_as_it_is(self, database: Database) -> None:
        devices = Devices(database)
        await devices.register(device("ann", token="$member"))
        assert (await devices.get_many(["d1"]))["d1"].token == "$member"
