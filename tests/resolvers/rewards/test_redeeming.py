"""Redeeming through the API: the price that is the member's, variants, addresses, and what waits for staff."""

from dataclasses import replace
from typing import Any

from domain.actors import SYSTEM
from domain.ledger.state import MAX_POINTS
from domain.members.member import Member
from domain.program.earning import Period
from domain.program.rewards import Guard, RewardLimit, Sale
from resolvers.ids import global_id
from services.context import Context
from services.program.publish_program import publish_program
from tests.resolvers.conftest import Desk
from tests.services.rewards.catalog import MUG, SHIRT
from tests.support.house import the_programme
from tests.support.people import SUPERVISOR, as_member, buy

READ = """query($id: ID!) { reward(id: $id) { cost availability { redeemable cost priceName missingPoints
    refusals { code ... on LimitReached { limit resetsAt } }
    variants { code redeemable refusals { code } } } } }"""
REDEEM = """mutation($input: RedeemRewardInput!) { redeemReward(input: $input) {
    redemption { id status points } balance { available held } errors { code path } } }"""
TOO_DEAR = """mutation($input: RedeemRewardInput!) { redeemReward(input: $input) {
    errors { code ... on InsufficientPoints { required available } } } }"""
QUEUE = "{ approvals(status: PENDING) { edges { node { id kind reason points redemption { id status } } } } }"
DECIDE = """mutation($id: ID!) { decideApproval(input: {approvalId: $id, approve: true, idempotencyKey: "d"}) {
    approval { status redemption { status entries { kind } } } entry { kind points } errors { code } } }"""


async def publish(context: Context, **more: Any) -> None:
    limited = replace(MUG, limits=(RewardLimit(1, Period.DAY),))
    demo = the_programme()
    await publish_program(context, SYSTEM, replace(demo, rewards=(limited, SHIRT), challenges=(), **more))


class TestRedeeming:
    async def test_the_members_price_variants_and_limits_are_seen_before_and_kept_after(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await publish(context, sales=(Sale("half", "Half price", 50),))
        await buy(context, ada, "400.00", id="o1")
        mug, shirt = global_id("Reward", "mug"), global_id("Reward", "shirt")
        seen = (await ask.data(as_member(ada), READ, id=shirt))["reward"]
        assert (seen["cost"], seen["availability"]["cost"], seen["availability"]["priceName"]) == (
            100,
            50,
            "Half price",
        )
        assert seen["availability"]["variants"] == [
            {"code": "s", "redeemable": True, "refusals": []},
            {"code": "l", "redeemable": True, "refusals": []},
        ]
        asked: dict[str, Any] = {"rewardId": shirt, "idempotencyKey": "1", "quantity": 2}
        refused = (await ask.data(as_member(ada), REDEEM, input=asked))["redeemReward"]
        assert refused["errors"] == [{"code": "INVALID_INPUT", "path": ["variant"]}]
        got = (await ask.data(as_member(ada), REDEEM, input=asked | {"variant": "s"}))["redeemReward"]
        assert (got["redemption"]["status"], got["redemption"]["points"], got["errors"]) == ("ISSUED", 100, [])
        after = (await ask.data(as_member(ada), READ, id=shirt))["reward"]["availability"]
        assert [one["refusals"] for one in after["variants"]] == [[{"code": "OUT_OF_STOCK"}], []]
        address = {"name": "Ada", "lines": ["1 Market St"], "city": "Zurich", "country": "CH"}
        asked = {
            "rewardId": mug,
            "idempotencyKey": "2",
            "address": address,
            "deviceId": "phone",
            "expectedPoints": 50,
        }
        assert (await ask.data(as_member(ada), REDEEM, input=asked))["redeemReward"]["errors"] == []
        (limit,) = (await ask.data(as_member(ada), READ, id=mug))["reward"]["availability"]["refusals"]
        assert limit == {"code": "LIMIT_REACHED", "limit": 1, "resetsAt": "2026-06-16T04:00:00.000Z"}

    async def test_what_nobody_could_ever_have_the_points_for_is_refused_as_anything_else(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        dear = replace(MUG, cost=MAX_POINTS)
        await publish_program(context, SYSTEM, replace(the_programme(), rewards=(dear,), challenges=()))
        asked = {"rewardId": global_id("Reward", "mug"), "idempotencyKey": "1", "quantity": 20}
        got = (await ask.data(as_member(ada), TOO_DEAR, input=asked))["redeemReward"]
        assert got["errors"] == [{"code": "INSUFFICIENT_POINTS", "required": MAX_POINTS, "available": 0}]

    async def test_what_waits_is_in_the_queue_of_staff_and_issued_by_a_yes(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await publish(context, guards=(Guard("all", "All", "true"),))
        await buy(context, ada, "400.00", id="o1")
        asked = {"rewardId": global_id("Reward", "mug"), "idempotencyKey": "1"}
        got = (await ask.data(as_member(ada), REDEEM, input=asked))["redeemReward"]
        assert got["redemption"]["status"] == "IN_REVIEW"
        ((request,),) = [(await ask.data(SUPERVISOR, QUEUE))["approvals"]["edges"]]
        node = request["node"]
        assert (node["kind"], node["reason"], node["points"]) == ("REDEMPTION", "all", -100)
        assert node["redemption"] == {"id": got["redemption"]["id"], "status": "IN_REVIEW"}
        decided = (await ask.data(SUPERVISOR, DECIDE, id=node["id"]))["decideApproval"]
        assert decided["errors"] == []
        assert decided["entry"] == {"kind": "CAPTURE", "points": 0}
        assert decided["approval"]["status"] == "APPROVED"
        assert decided["approval"]["redemption"] == {
            "status": "ISSUED",
            "entries": [{"kind": "HOLD"}, {"kind": "CAPTURE"}],
        }
