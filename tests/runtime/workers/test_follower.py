"""A follower misses no entry and makes no effect twice, whatever dies, stalls or is lost."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from domain.ledger.entry import Entry
from domain.ledger.state import TierMark
from runtime.wiring import House
from runtime.workers.accounts import AccountsFollower
from runtime.workers.follower import Outdone, apply_each, follow
from runtime.workers.inbox import InboxFollower
from services.context import Context
from tests.support.eventually import eventually
from tests.support.house import NOON
from tests.support.ledger import earning, redeeming
from tests.support.other_worker import OtherWorker
from tests.support.working import Desk, post

Id = Callable[[int], str]
BOGUS = {"_data": "82"}


async def inbox_keys(context: Context, member: str) -> list[str]:
    return [row.message.key for row in await context.inbox.since(member, 0, limit=100)]


async def lose_place(desk: Desk, name: str) -> None:
    """The log no longer knows where the follower was."""
    lease = await desk.lease(name)
    checkpoint = await desk.checkpoints.claim(lease)
    assert checkpoint is not None
    assert await desk.checkpoints.save(lease, {**checkpoint.value, "token": BOGUS}, now=NOON)
    await desk.leases.release(lease)


class TestFollow:
    async def test_entries_are_followed_and_the_place_saved_after_them(
        self, context: Context, desk: Desk, members: Id
    ) -> None:
        async with desk.following(AccountsFollower(context)):
            await post(context, members(1), earning(10))
            await eventually(lambda: context.accounts.get_many([members(1)]))
        before = await desk.place("accounts")

        await post(context, members(1), earning(5, key="client:2"), "client:2")
        async with desk.following(AccountsFollower(context)):
            await eventually(lambda: _projected(context, members(1), 2))

        after = await desk.place("accounts")
        assert (before.handled_at, after.skipped) == (NOON, 0)
        assert before.token != after.token

    async def test_the_first_start_projects_what_stands_already(
        self, context: Context, desk: Desk, members: Id
    ) -> None:
        for number in range(4):
            await post(context, members(number), earning(10 + number))

        async with desk.following(AccountsFollower(context)):
            found = await context.accounts.get_many([members(number) for number in range(5)])

        assert {one.member: one.state.account("POINTS").available for one in found.values()} == {
            members(number): 10 + number for number in range(4)
        }

    async def test_an_entry_that_comes_while_the_heads_are_compared_is_followed_too(
        self, context: Context, desk: Desk, members: Id
    ) -> None:
        class Slow(AccountsFollower):
            async def missing(self, since: datetime | None) -> AsyncIterator[Sequence[Entry]]:
                async for entries in super().missing(since):
                    yield entries
                await post(context, members(1), earning(7))  # behind the page that held this member

        await post(context, members(2), earning(1))
        async with desk.following(Slow(context)):
            await eventually(lambda: _projected(context, members(1), 1))

    @pytest.mark.parametrize("make", [AccountsFollower, InboxFollower])
    async def test_a_lost_place_costs_no_entry_and_no_effect_twice(
        self, context: Context, desk: Desk, members: Id, make: type[AccountsFollower] | type[InboxFollower]
    ) -> None:
        async with desk.following(make(context)):
            await post(context, members(1), earning(10))
            await eventually(lambda: _handled(desk, make.name, context, members(1)))
        await lose_place(desk, make.name)
        await post(context, members(1), earning(5, key="client:2"), "client:2")
        await post(context, members(2), earning(3))

        async with desk.following(make(context)):
            await eventually(lambda: _has_token(desk, make.name))

        if make is InboxFollower:
            assert await inbox_keys(context, members(1)) == ["entry:1:points", "entry:2:points"]
            assert await inbox_keys(context, members(2)) == ["entry:1:points"]
        else:
            found = await context.accounts.get_many([members(1), members(2)])
            assert {one.member: one.seq for one in found.values()} == {members(1): 2, members(2): 1}

    async def test_killed_between_the_effect_and_the_saving_it_makes_the_effect_once(
        self, context: Context, house: House, mongo_uri: str, desk: Desk, members: Id
    ) -> None:
        async with desk.following(InboxFollower(context)):
            pass
        before = await desk.place("inbox")
        await post(context, members(1), earning(10))
        await post(context, members(2), earning(20))

        async with OtherWorker(house, mongo_uri, then="kill") as other:
            assert await other.ended() == -9

        assert await desk.place("inbox") == before
        done = await context.inbox.unread_count([members(1), members(2)])
        assert sum(done.values()) >= 1  # the effect stood, the place did not
        async with desk.following(InboxFollower(context)):
            await post(context, members(3), earning(1))
            await eventually(lambda: context.inbox.last_seq(members(3)))
        assert await inbox_keys(context, members(1)) == ["entry:1:points"]
        assert await inbox_keys(context, members(2)) == ["entry:1:points"]

    async def test_stopped_past_its_lease_it_cannot_save_over_its_successor(
        self, context: Context, house: House, mongo_uri: str, desk: Desk, members: Id
    ) -> None:
        async with desk.following(InboxFollower(context)):
            pass
        await post(context, members(1), earning(10))

        async with OtherWorker(house, mongo_uri, then="stop") as other:
            await other.says("stopped")
            async with desk.following(InboxFollower(context)):
                await post(context, members(1), earning(5, key="client:2"), "client:2")
                await eventually(lambda: _inbox_has(context, members(1), 2))
            place = await desk.place("inbox")
            other.go_on()
            await other.says("outdone")

        assert await desk.place("inbox") == place
        assert await inbox_keys(context, members(1)) == ["entry:1:points", "entry:2:points"]

    async def test_one_whose_lease_has_a_newer_holder_does_not_begin(self, context: Context, desk: Desk) -> None:
        old = await desk.lease("accounts")
        await desk.leases.release(old)
        await desk.checkpoints.claim(await desk.lease("accounts"))

        with pytest.raises(Outdone):
            await follow(desk.log, AccountsFollower(context), old, asyncio.Event())


class TestApplyEach:
    async def test_what_one_entry_breaks_is_skipped_and_counted_and_the_others_go_on(
        self, context: Context, desk: Desk, members: Id, caplog: pytest.LogCaptureFixture
    ) -> None:
        entries = [
            await post(context, members(1), earning(points, key=f"client:{points}"), f"client:{points}")
            for points in (12, 13, 14)
        ]
        entries[1] = replace(entries[1], changes=None)  # type: ignore[arg-type]
        with caplog.at_level(logging.ERROR):
            assert await apply_each(InboxFollower(context), entries) == 1

        assert await inbox_keys(context, members(1)) == ["entry:1:points", "entry:3:points"]
        assert [(record.message, record.__dict__["seq"]) for record in caplog.records] == [
            ("an entry was skipped", 2)
        ]


class TestAccountsFollower:
    async def test_any_order_and_any_repetition_ends_at_the_newest_state(
        self, context: Context, members: Id
    ) -> None:
        entries = [
            await post(context, members(1), earning(100)),
            await post(context, members(1), redeeming(30, key="client:2"), "client:2"),
            await post(context, members(1), earning(5, key="client:3"), "client:3"),
        ]
        follower = AccountsFollower(context)
        await context.boards.replace("lifetime", context.accounts.board(None))

        for batch in (entries[2:], entries[:1], entries, entries[1:2], entries[::-1]):
            await follower.apply(batch)

        projected = (await context.accounts.get_many([members(1)]))[members(1)]
        assert (projected.seq, projected.state) == (3, entries[2].after)
        cached = await context.balances.get(members(1))
        assert cached is not None
        assert cached.seq == 3
        assert await context.boards.rank("lifetime", members(1)) == (1, 105)

    async def test_the_tier_comes_beside_the_member(self, context: Context, house: House, members: Id) -> None:
        entry = await post(context, members(1), earning(10))
        marked = replace(entry, after=replace(entry.after, tier=TierMark("GOLD", NOON)))

        await AccountsFollower(context).apply([marked])

        row = await house.database["members"].find_one({"_id": members(1)})
        assert row is not None
        assert (row["tier"], row["tierSeq"]) == ("GOLD", 1)


class TestInboxFollower:
    async def test_a_gap_is_filled_from_the_ledger(self, context: Context, members: Id) -> None:
        entries = [
            await post(context, members(1), earning(number, key=f"client:{number}"), f"client:{number}")
            for number in range(1, 5)
        ]
        follower = InboxFollower(context)

        await follower.apply(entries[:1])
        await follower.apply(entries[3:])

        assert await inbox_keys(context, members(1)) == [f"entry:{seq}:points" for seq in range(1, 5)]

    async def test_an_entry_that_cannot_be_read_does_not_stop_its_member(
        self, context: Context, house: House, members: Id
    ) -> None:
        entries = [
            await post(context, members(1), earning(number, key=f"client:{number}"), f"client:{number}")
            for number in range(1, 5)
        ]
        broken = {"member": members(1), "seq": 2}
        await house.database["entries"].update_one(broken, {"$unset": {"after": ""}})
        follower = InboxFollower(context)

        for entry in (entries[0], entries[2], entries[3]):
            assert await apply_each(follower, [entry]) == 0

        assert await inbox_keys(context, members(1)) == [f"entry:{seq}:points" for seq in (1, 3, 4)]

    async def test_the_first_start_tells_nobody_of_what_was_before(
        self, context: Context, desk: Desk, members: Id
    ) -> None:
        await post(context, members(1), earning(10))
        async with desk.following(InboxFollower(context)):
            await post(context, members(1), earning(5, key="client:2"), "client:2")
            await eventually(lambda: context.inbox.last_seq(members(1)))
        assert await inbox_keys(context, members(1)) == ["entry:2:points"]


async def _projected(context: Context, member: str, seq: int) -> bool:
    found = (await context.accounts.get_many([member])).get(member)
    return found is not None and found.seq == seq


async def _inbox_has(context: Context, member: str, seq: int) -> bool:
    return await context.inbox.last_seq(member) >= seq


async def _handled(desk: Desk, name: str, context: Context, member: str) -> bool:
    if name == "inbox":
        return await _inbox_has(context, member, 1)
    return await _projected(context, member, 1)


async def _has_token(desk: Desk, name: str) -> bool:
    return (await desk.place(name)).token not in (None, BOGUS)
