"""A worker is stopped past its lease with entries in its hands, and goes on after another has taken over."""

from collections.abc import Callable

import pytest

from domain.ledger.totals import Totals
from runtime.wiring import House
from runtime.workers.accounts import AccountsFollower
from runtime.workers.inbox import InboxFollower
from services.context import Context
from services.ledger.compare_totals import compare_totals
from tests.support.eventually import eventually
from tests.support.house import NOON
from tests.support.ledger import earning
from tests.support.other_worker import OtherWorker
from tests.support.working import Desk, post

Follower = type[AccountsFollower] | type[InboxFollower]


class TestAStalledWorker:
    @pytest.mark.parametrize("make", [AccountsFollower, InboxFollower])
    async def test_what_it_still_does_has_no_second_effect_and_its_checkpoint_does_not_go_back(
        self,
        context: Context,
        house: House,
        mongo_uri: str,
        desk: Desk,
        members: Callable[[int], str],
        make: Follower,
    ) -> None:
        ann = members(1)
        async with desk.following(make(context)):
            pass
        await post(context, ann, earning(10))

        async with OtherWorker(house, mongo_uri, then=make.name, module="tests.support.stalled_worker") as other:
            await other.says("stopped")
            async with desk.following(make(context)):
                await post(context, ann, earning(5, key="client:2"), "client:2")
                await eventually(lambda: _is_done(context, make, ann))
            place = await desk.place(make.name)
            other.go_on()
            await other.says("outdone")

        assert await desk.place(make.name) == place
        assert await _is_done(context, make, ann)


async def _is_done(context: Context, make: Follower, member: str) -> bool:
    """Whether both entries have had their effect; fails when one has had it twice."""
    if make is InboxFollower:
        rows = await context.inbox.since(member, 0, limit=100)
        return [row.message.key for row in rows] == ["entry:1:points", "entry:2:points"]
    totals = await context.totals.read(NOON)
    assert totals is not None
    assert await compare_totals(context) == []
    earned = totals.get("POINTS", Totals()).earned
    assert earned <= 15
    return earned == 15
