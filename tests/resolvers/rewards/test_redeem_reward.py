"""Redeeming: exact answers, once a key, and refusals that change nothing."""

from typing import Any

from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from tests.resolvers.conftest import Desk, member_id
from tests.support.house import Clock
from tests.support.people import AGENT, as_member, buy
from tests.support.unchanged import unchanged

REDEEM = """mutation($input: RedeemRewardInput!) { redeemReward(input: $input) {
    redemption { id quantity points status createdAt updatedAt reward { code stock } member { id }
        voucher { code expiresAt usedAt } entries { sequence kind points balanceAfter } }
    balance { id available lifetimeRedeemed revision }
    errors { __typename code path ... on InsufficientPoints { required available } } } }"""


async def redeem(ask: Desk, member: Member, code: str = "coffee", **input: Any) -> Any:
    asked = {"rewardId": global_id("Reward", code), "idempotencyKey": "k"} | input
    return (await ask.data(as_member(member), REDEEM, input=asked))["redeemReward"]


class TestRedeemReward:
    async def test_points_voucher_and_balance(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "500.00", id="o1")
        answer = await redeem(ask, ada, quantity=2, expectedPoints=300)
        redemption = answer["redemption"]
        voucher = redemption["voucher"].pop("code")
        assert [len(part) for part in voucher.split("-")] == [4, 4, 4]
        assert redemption.pop("id")
        assert answer == {
            "redemption": {
                "quantity": 2,
                "points": 300,
                "status": "ISSUED",
                "createdAt": "2026-06-15T12:00:00.000Z",
                "updatedAt": "2026-06-15T12:00:00.000Z",
                "reward": {"code": "coffee", "stock": None},
                "member": {"id": member_id(ada)},
                "voucher": {"expiresAt": "2026-07-15T12:00:00.000Z", "usedAt": None},
                "entries": [{"sequence": 2, "kind": "REDEEM", "points": -300, "balanceAfter": 200}],
            },
            "balance": {
                "id": global_id("Balance", ada.id, "POINTS"),
                "available": 200,
                "lifetimeRedeemed": 300,
                "revision": 2,
            },
            "errors": [],
        }

    async def test_stock_is_seen_to_fall(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "500.00", id="o1")
        answer = await redeem(ask, ada, "last-few", quantity=3)
        assert answer["redemption"]["reward"] == {"code": "last-few", "stock": 17}
        assert answer["redemption"]["voucher"] is None

    async def test_the_same_key_answers_the_same_with_todays_balance(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await buy(context, ada, "500.00", id="o1")
        first = await redeem(ask, ada)
        await buy(context, ada, "7.00", id="o2")
        async with unchanged(database):
            again = await redeem(ask, ada)
        assert again["redemption"] == first["redemption"]
        assert again["balance"] == {**first["balance"], "available": 357, "revision": 3}

    async def test_a_voucher_that_nobody_used_changes_its_status_at_its_end(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        await buy(context, ada, "500.00", id="o1")
        await redeem(ask, ada)
        clock.advance(days=40)
        document = "{ me { redemptions { edges { node { status updatedAt } } } } }"
        [edge] = (await ask.data(as_member(ada), document))["me"]["redemptions"]["edges"]
        assert edge["node"] == {"status": "EXPIRED", "updatedAt": "2026-07-15T12:00:00.000Z"}

    async def test_refusals_change_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await buy(context, ada, "160.00", id="o1")
        await redeem(ask, ada)
        cases: list[tuple[dict[str, Any], str, list[str] | None]] = [
            ({"quantity": 2}, "IDEMPOTENCY_CONFLICT", ["idempotencyKey"]),
            (
                {"idempotencyKey": "n", "code": "last-few", "expectedPoints": 99},
                "PRICE_CHANGED",
                ["expectedPoints"],
            ),
            ({"idempotencyKey": "n", "code": "delivery"}, "NOT_ELIGIBLE", ["rewardId"]),
            ({"idempotencyKey": "n", "code": "last-few", "quantity": 21}, "OUT_OF_STOCK", ["rewardId"]),
            ({"idempotencyKey": "n", "quantity": 0}, "INVALID_INPUT", ["quantity"]),
            ({"idempotencyKey": ""}, "INVALID_INPUT", ["idempotencyKey"]),
            ({"idempotencyKey": "n", "code": "yacht"}, "NOT_FOUND", ["rewardId"]),
            ({"idempotencyKey": "n", "rewardId": "x"}, "NOT_FOUND", ["rewardId"]),
            ({"idempotencyKey": "n", "rewardId": member_id(ada)}, "NOT_FOUND", ["rewardId"]),
        ]
        for input, code, path in cases:
            async with unchanged(database):
                answer = await redeem(ask, ada, **input)
            assert (answer["redemption"], answer["balance"]) == (None, None), input
            assert [(error["code"], error["path"]) for error in answer["errors"]] == [(code, path)], input

    async def test_too_few_points(self, context: Context, ask: Desk, database: Database, ada: Member) -> None:
        await buy(context, ada, "149.00", id="o1")
        async with unchanged(database):
            answer = await redeem(ask, ada)
        assert answer["errors"] == [
            {
                "__typename": "InsufficientPoints",
                "code": "INSUFFICIENT_POINTS",
                "path": None,
                "required": 150,
                "available": 149,
            }
        ]

    async def test_a_frozen_member_is_refused(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await buy(context, ada, "500.00", id="o1")
        await database["members"].update_one({"_id": ada.id}, {"$set": {"status": "FROZEN"}})
        async with unchanged(database):
            answer = await redeem(ask, ada)
        assert [error["code"] for error in answer["errors"]] == ["MEMBER_NOT_ACTIVE"]

    async def test_what_is_read_after_it_in_one_request_shows_it(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await buy(context, ada, "500.00", id="o1")
        document = """mutation($id: ID!) {
            a: redeemReward(input: {rewardId: $id, idempotencyKey: "a"}) { balance { available } }
            b: redeemReward(input: {rewardId: $id, idempotencyKey: "b"}) { redemption { member {
                balance { available } } } balance { available } } }"""
        data = await ask.data(as_member(ada), document, id=global_id("Reward", "coffee"))
        assert data == {
            "a": {"balance": {"available": 350}},
            "b": {"redemption": {"member": {"balance": {"available": 200}}}, "balance": {"available": 200}},
        }


class TestRedemptions:
    DOCUMENT = """query($first: Int, $after: String, $status: RedemptionStatus) { me {
        redemptions(first: $first, after: $after, status: $status) {
            edges { node { id points } } pageInfo { hasNextPage endCursor } } } }"""

    async def test_pages_and_status(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "900.00", id="o1")
        made = [(await redeem(ask, ada, idempotencyKey=f"k{n}"))["redemption"]["id"] for n in range(5)]
        seen: list[str] = []
        after = None
        while True:
            page = (await ask.data(as_member(ada), self.DOCUMENT, first=2, after=after))["me"]["redemptions"]
            seen += [edge["node"]["id"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert sorted(seen) == sorted(made)
        for status, count in (("ISSUED", 5), ("USED", 0)):
            page = (await ask.data(as_member(ada), self.DOCUMENT, status=status))["me"]["redemptions"]
            assert len(page["edges"]) == count

    async def test_by_its_id(self, context: Context, ask: Desk, ada: Member, bob: Member) -> None:
        await buy(context, ada, "900.00", id="o1")
        id = (await redeem(ask, ada))["redemption"]["id"]
        document = "query($id: ID!) { node(id: $id) { ... on Redemption { points } } }"
        for who in (as_member(ada), AGENT):
            assert await ask.data(who, document, id=id) == {"node": {"points": 150}}
        assert await ask.refusals(as_member(bob), document, id=id) == [("FORBIDDEN", "node")]
        row = (await context.redemptions.page(ada.id, first=1, now=context.clock()))[0][0]
        forged = global_id("Redemption", bob.id, row.id)
        assert await ask.data(as_member(bob), document, id=forged) == {"node": None}
