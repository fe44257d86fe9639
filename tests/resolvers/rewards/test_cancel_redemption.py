"""Cancelling through the API: what came back, once a key, and refusals that change nothing."""

from typing import Any

from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from services.identity import Identity
from tests.resolvers.conftest import Desk
from tests.resolvers.rewards.test_redeem_reward import redeem
from tests.support.people import AGENT, SERVICE, as_member, buy
from tests.support.unchanged import unchanged

CANCEL = """mutation($input: CancelRedemptionInput!) { cancelRedemption(input: $input) {
    redemption { id status updatedAt entries { sequence kind points } }
    balance { available lifetimeRedeemed revision }
    returned { points extended lost extendedUntil }
    errors { __typename code path ... on NotEligible { reasons } } } }"""


async def cancel(ask: Desk, who: Identity, id: str, **input: Any) -> Any:
    asked = {"redemptionId": id, "idempotencyKey": "c"} | input
    return (await ask.data(who, CANCEL, input=asked))["cancelRedemption"]


class TestCancelRedemption:
    async def test_everything_goes_back_and_the_answer_says_so(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await buy(context, ada, "500.00", id="o1")
        redemption = (await redeem(ask, ada, "last-few", quantity=3))["redemption"]
        answer = await cancel(ask, as_member(ada), redemption["id"])
        assert answer == {
            "redemption": {
                "id": redemption["id"],
                "status": "CANCELLED",
                "updatedAt": "2026-06-15T12:00:00.000Z",
                "entries": [
                    {"sequence": 2, "kind": "REDEEM", "points": -300},
                    {"sequence": 3, "kind": "REVERSE", "points": 300},
                ],
            },
            "balance": {"available": 500, "lifetimeRedeemed": 0, "revision": 3},
            "returned": {"points": 300, "extended": 0, "lost": 0, "extendedUntil": None},
            "errors": [],
        }
        async with unchanged(database):
            assert await cancel(ask, as_member(ada), redemption["id"]) == answer
        document = "query($id: ID!) { reward(id: $id) { stock } }"
        stock = await ask.data(AGENT, document, id=global_id("Reward", "last-few"))
        assert stock == {"reward": {"stock": 20}}

    async def test_staff_say_why(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "500.00", id="o1")
        redemption = (await redeem(ask, ada))["redemption"]
        silent = await cancel(ask, AGENT, redemption["id"])
        assert silent["errors"] == [
            {"__typename": "GenericUserError", "code": "INVALID_INPUT", "path": ["reason"]}
        ]
        assert (silent["redemption"], silent["balance"], silent["returned"]) == (None, None, None)
        answer = await cancel(ask, AGENT, redemption["id"], reason="Arrived broken")
        assert answer["redemption"]["status"] == "CANCELLED"

    async def test_another_member_learns_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member, bob: Member
    ) -> None:
        await buy(context, ada, "500.00", id="o1")
        redemption = (await redeem(ask, ada))["redemption"]
        missing = [{"__typename": "GenericUserError", "code": "NOT_FOUND", "path": ["redemptionId"]}]
        async with unchanged(database):
            assert (await cancel(ask, as_member(bob), redemption["id"]))["errors"] == missing
            assert (await cancel(ask, as_member(bob), global_id("Redemption", bob.id, "x")))["errors"] == missing
            assert (await cancel(ask, as_member(ada), global_id("Member", ada.id)))["errors"] == missing

    async def test_services_do_not_cancel(self, ask: Desk, ada: Member) -> None:
        asked = {"redemptionId": global_id("Redemption", ada.id, "x"), "idempotencyKey": "c"}
        assert await ask.refusals(SERVICE, CANCEL, input=asked) == [("FORBIDDEN", "cancelRedemption")]
