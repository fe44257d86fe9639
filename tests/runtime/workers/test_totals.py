"""The programme's totals count each entry once, whatever befalls the worker that counts."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest
from bson import Binary

from domain.ledger.totals import Totals
from mongo.client import Database
from runtime.wiring import House
from runtime.workers.accounts import AccountsFollower
from runtime.workers.rebuild import rebuild
from services.context import Context
from services.ledger.compare_totals import compare_totals
from tests.support.eventually import eventually
from tests.support.house import NOON
from tests.support.ledger import LATER, adjusting, earning, redeeming
from tests.support.other_worker import OtherWorker
from tests.support.working import Desk, post

Id = Callable[[int], str]
EXPECTED = Totals(earned=400, adjusted_up=20, adjusted_down=8, redeemed=40, lots={LATER: 372})


@pytest.fixture
async def history(context: Context, members: Id) -> None:
    """Four members, each with 100 earned, 5 given and 2 taken by staff, 10 spent."""
    deeds = (earning(100, key="1"), adjusting(5, key="2"), adjusting(-2, key="3"), redeeming(10, key="4"))
    for number in range(4):
        for key, deed in enumerate(deeds, 1):
            await post(context, members(number), deed, str(key))


async def totals(context: Context) -> Totals:
    found = await context.totals.read(NOON)
    assert found is not None
    assert await compare_totals(context) == []
    return found.get("POINTS", Totals())


async def counted(context: Context, expected: Totals) -> None:
    async def check() -> bool:
        assert await totals(context) == expected
        return True

    await eventually(check, timeout=60)


class TestFollowing:
    @pytest.mark.usefixtures("history")
    async def test_the_first_start_counts_what_stands_already_and_then_what_comes(
        self, context: Context, desk: Desk, members: Id
    ) -> None:
        async with desk.following(AccountsFollower(context)):
            assert await totals(context) == EXPECTED
            await post(context, members(1), adjusting(-7, key="5"), "5")
            await post(context, members(4), earning(3))
            await counted(context, EXPECTED + Totals(adjusted_down=7, earned=3, lots={LATER: -4}))

    @pytest.mark.usefixtures("history")
    async def test_accounts_that_an_older_build_projected_are_counted_at_the_start_without_hands(
        self, context: Context, desk: Desk, database: Database, members: Id
    ) -> None:
        async with desk.following(AccountsFollower(context)):
            pass
        await database["totals"].delete_many({})
        await database["accounts"].update_many({}, {"$unset": {"round": "", "raised": ""}})
        assert (await desk.place("accounts")).token is not None

        async with desk.following(AccountsFollower(context)):
            await post(context, members(4), earning(3))
            await counted(context, EXPECTED + Totals(earned=3, lots={LATER: 3}))

    @pytest.mark.usefixtures("history")
    async def test_two_workers_that_both_believe_in_their_lease_count_once(
        self, context: Context, members: Id
    ) -> None:
        entries = [entry for number in range(4) for entry in await context.ledger.since(members(number), 0)]
        followers = [AccountsFollower(context) for _ in range(4)]

        await asyncio.gather(*(one.apply(entries[start:]) for start, one in enumerate(followers)))

        await context.totals.complete(1)
        assert await totals(context) == EXPECTED


class TestKilled:
    """A worker process is killed with SIGKILL; another takes over from its checkpoint."""

    @pytest.fixture
    async def begun(self, context: Context, desk: Desk) -> None:
        """The follower has been there before, and everything until then is counted."""
        async with desk.following(AccountsFollower(context)):
            pass

    @pytest.mark.usefixtures("begun", "history")
    async def test_between_the_commit_and_the_checkpoint(
        self, context: Context, house: House, desk: Desk, mongo_uri: str
    ) -> None:
        async with OtherWorker(house, mongo_uri, then="kill after", module=_OTHER) as other:
            assert await other.ended() == -9
        before = await desk.place("accounts")
        assert await context.accounts.get_many([_first(house)])

        async def gone_on() -> bool:
            return (await desk.place("accounts")).token != before.token

        async with desk.following(AccountsFollower(context)):
            await eventually(gone_on, timeout=60)
            await counted(context, EXPECTED)

    @pytest.mark.usefixtures("begun", "history")
    async def test_between_the_accounts_and_the_totals(
        self, context: Context, house: House, desk: Desk, mongo_uri: str
    ) -> None:
        async with OtherWorker(house, mongo_uri, then="kill within", module=_OTHER) as other:
            session = UUID(await other.said())
            assert await other.ended() == -9
        assert await context.accounts.get_many([_first(house)]) == {}
        # As the server does by itself once the transaction has had its time.
        killed = {"killSessions": [{"id": Binary.from_uuid(session)}]}
        assert (await house.database.client.admin.command(killed))["ok"] == 1

        async with desk.following(AccountsFollower(context)):
            await counted(context, EXPECTED)


@pytest.mark.usefixtures("history")
class TestRebuild:
    async def test_a_rebuild_puts_right_whatever_the_totals_have_become(
        self, context: Context, house: House, desk: Desk, database: Database
    ) -> None:
        async with desk.following(AccountsFollower(context)):
            pass
        await database["totals"].update_one({"currency": "POINTS"}, {"$inc": {"earned": 999, "lots.never": 5}})
        assert len(await compare_totals(context)) == 2

        assert await rebuild(house, "accounts") == 4

        assert await totals(context) == EXPECTED

    async def test_it_counts_once_beside_a_follower_and_what_comes_meanwhile(
        self, context: Context, house: House, desk: Desk, members: Id
    ) -> None:
        async with desk.following(AccountsFollower(context)):
            _, *posted = await asyncio.gather(
                rebuild(house, "accounts"),
                *(post(context, members(number), earning(1, key="5"), "5") for number in range(5)),
            )
            assert len(posted) == 5
            await counted(context, EXPECTED + Totals(earned=5, lots={LATER: 5}))

    async def test_one_that_was_cut_off_is_made_good_by_the_next_start(self, context: Context, desk: Desk) -> None:
        async with desk.following(AccountsFollower(context)):
            pass
        await context.accounts.drop(round=await context.totals.begin())  # and then the rebuild was killed
        assert await context.totals.read(NOON) is None

        async with desk.following(AccountsFollower(context)):
            await counted(context, EXPECTED)


_OTHER = "tests.support.other_accounts"


def _first(house: House) -> str:
    return f"m{0:019d}"
