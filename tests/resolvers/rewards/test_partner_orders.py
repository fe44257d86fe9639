"""Staff see what partners were told, or could not be, and have it sent again."""

from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.members.member import Member
from domain.program.rewards import Partner, Reward, RewardKind
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from services.program.publish_program import publish_program
from tests.resolvers.conftest import Desk
from tests.resolvers.rewards.test_delivery import HOME, redeem
from tests.support.people import AGENT, buy
from tests.support.programs import a_program
from tests.support.unchanged import unchanged

LIST = """query($state: PartnerOrderState!) { partnerOrders(state: $state) {
    edges { node { id partner event state attempts answer createdAt nextAt sentAt redemption { id } } }
    pageInfo { hasNextPage } } }"""
RETRY = """mutation($id: ID!) { retryPartnerOrder(input: {orderId: $id}) {
    order { state attempts nextAt } errors { code path } } }"""


@pytest.fixture
async def bag(context: Context, ask: Desk, database: Database, ada: Member) -> str:
    """The raw id of a redemption whose partner was given up."""
    reward = Reward("bag", "A bag", RewardKind.GOODS, 100, partner="post")
    await publish_program(context, SYSTEM, a_program(rewards=(reward,), partners=(Partner("post", "The post"),)))
    await buy(context, ada, "900.00", id="o1")
    await redeem(ask, ada, "bag", address=HOME)
    [row] = await database["partner_orders"].find().to_list(None)
    dead = {"state": "DEAD", "attempts": 10, "answer": "HTTP 500"}
    await database["partner_orders"].update_one({"_id": row["_id"]}, {"$set": dead})
    return str(row["redemption"])


class TestPartnerOrders:
    async def test_the_dead_ones_unless_others_are_asked_for(
        self, context: Context, ask: Desk, ada: Member, bag: str
    ) -> None:
        assert await orders(ask) == [
            {
                "id": global_id("PartnerOrder", f"{bag}_issued"),
                "partner": "post",
                "event": "redemption.issued",
                "state": "DEAD",
                "attempts": 10,
                "answer": "HTTP 500",
                "createdAt": "2026-06-15T12:00:00.000Z",
                "nextAt": None,
                "sentAt": None,
                "redemption": {"id": global_id("Redemption", ada.id, bag)},
            }
        ]
        assert await orders(ask, state="SENT") == []

    async def test_it_is_sent_again(self, ask: Desk, bag: str) -> None:
        [order] = await orders(ask)
        answer = (await ask.data(AGENT, RETRY, id=order["id"]))["retryPartnerOrder"]
        assert answer == {
            "order": {"state": "WAITING", "attempts": 0, "nextAt": "2026-06-15T12:00:00.000Z"},
            "errors": [],
        }
        assert await orders(ask) == []

    async def test_what_there_is_not_is_refused(self, ask: Desk, database: Database, bag: str) -> None:
        async with unchanged(database):
            for id in ("eA", global_id("PartnerOrder", "x"), global_id("Redemption", "m", bag)):
                answer = (await ask.data(AGENT, RETRY, id=id))["retryPartnerOrder"]
                assert answer == {"order": None, "errors": [{"code": "NOT_FOUND", "path": ["orderId"]}]}


async def orders(ask: Desk, **wanted: Any) -> list[Any]:
    """What is listed."""
    found = (await ask.data(AGENT, LIST, **({"state": "DEAD"} | wanted)))["partnerOrders"]
    return [edge["node"] for edge in found["edges"]]
