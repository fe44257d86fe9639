"""A projection thrown away is the same after its rebuilding."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cache.balances import Balances
from cache.boards import Boards
from cache.client import connect
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.wiring import House
from runtime.workers.lags import Lag, follower_lags
from runtime.workers.place import Place
from runtime.workers.rebuild import CannotRebuild, rebuild
from services.context import Context
from tests.support.house import NOON, Clock
from tests.support.ledger import earning
from tests.support.working import Desk, post

Id = Callable[[int], str]


@pytest.fixture
async def earned(context: Context, members: Id) -> None:
    for number in range(4):
        await post(context, members(number), earning(10 + number))


@pytest.mark.usefixtures("earned")
class TestRebuild:
    async def test_accounts_are_as_the_heads_say(self, context: Context, house: House, members: Id) -> None:
        await house.database["accounts"].insert_one({"_id": members(1), "seq": 99, "after": {}})
        heard: list[int] = []

        assert await rebuild(house, "accounts", heard.append) == 4

        heads = await context.ledger.heads([members(number) for number in range(4)])
        found = await context.accounts.get_many([members(number) for number in range(5)])
        assert {one.member: (one.seq, one.state) for one in found.values()} == {
            head.member: (head.seq, head.after) for head in heads.values()
        }
        assert heard == [4]

    async def test_balances_begin_anew_with_every_member_and_the_boards_with_them(
        self, context: Context, house: House, members: Id
    ) -> None:
        await rebuild(house, "accounts")
        await Balances(house.cache).put_many([(members(1), 99, b"wrong")])  # as another process may have

        assert await rebuild(house, "balances") == 4

        cached = await context.balances.get_many([members(number) for number in range(5)])
        assert {member: value.seq for member, value in cached.items()} == {members(n): 1 for n in range(4)}
        assert await context.boards.size("lifetime") == 4

    async def test_boards_are_filled_from_the_accounts(self, context: Context, house: House, members: Id) -> None:
        await rebuild(house, "accounts")

        assert await rebuild(house, "boards") == 2
        assert await context.boards.rank("lifetime", members(3)) == (1, 13)

    async def test_what_is_no_projection_is_refused_with_a_reason(self, house: House) -> None:
        with pytest.raises(CannotRebuild, match="it is the truth"):
            await rebuild(house, "inbox")
        with pytest.raises(CannotRebuild, match="there are accounts, balances, boards"):
            await rebuild(house, "ledger")

    async def test_without_redis_its_projections_are_refused(self, house: House) -> None:
        away = await connect(f"redis://{LOOPBACK}:{free_port()}")
        context = replace(house.context, balances=Balances(away), boards=Boards(away))
        try:
            for projection in ("balances", "boards"):
                with pytest.raises(CannotRebuild, match="does not answer"):
                    await rebuild(House(house.database, away, context), projection)
        finally:
            await away.aclose()


class TestFollowerLags:
    async def test_before_the_first_start_nothing_is_known(self, house: House) -> None:
        unknown = [Lag(name, None, None, 0) for name in ("accounts", "inbox", "derived")]
        assert await follower_lags(house) == unknown

    async def test_it_is_the_time_between_the_newest_entry_and_the_newest_handled(
        self, context: Context, house: House, desk: Desk, clock: Clock, members: Id
    ) -> None:
        lease = await desk.lease("accounts")
        await desk.checkpoints.claim(lease)
        place = Place({"_data": "82"}, NOON, skipped=2)
        await desk.checkpoints.save(lease, place.plain(), now=NOON)
        assert (await follower_lags(house))[0] == Lag("accounts", 0.0, 0.0, 2)

        clock.now = NOON + timedelta(seconds=90)
        await post(context, members(1), earning(1))
        clock.now = NOON + timedelta(seconds=100)

        assert (await follower_lags(house))[0] == Lag("accounts", 90.0, 100.0, 2)
