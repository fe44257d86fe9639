"""Goods on their way: where to, handed over, arrived; each told once, and refused where it makes no sense."""

from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.inbox.message import NotificationKind
from domain.members.member import Member
from domain.program.rewards import Partner, Reward, RewardKind
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from services.identity import Identity
from services.program.publish_program import publish_program
from tests.resolvers.conftest import Desk
from tests.support.house import Clock
from tests.support.people import AGENT, SERVICE, as_member, buy
from tests.support.programs import a_program
from tests.support.unchanged import unchanged

HOME = {
    "name": "Ada Lovelace",
    "lines": ["St James's Square 12"],
    "city": "London",
    "country": "GB",
    "postalCode": "SW1Y 4JH",
}
REWARDS = (
    Reward("bag", "A bag", RewardKind.GOODS, 100, partner="post"),
    Reward("mug", "A mug", RewardKind.GOODS, 100),
)
REDEEM = """mutation($input: RedeemRewardInput!) { redeemReward(input: $input) {
    redemption { id delivery { address { name lines postalCode city region country phone } carrier shippedAt } }
    errors { code path } } }"""
FULFIL = """mutation($input: FulfilRedemptionInput!) { fulfilRedemption(input: $input) {
    redemption { status delivery { carrier trackingNumber trackingUrl shippedAt deliveredAt } }
    errors { code path } } }"""
DELIVER = """mutation($input: DeliverRedemptionInput!) { deliverRedemption(input: $input) {
    redemption { status delivery { shippedAt deliveredAt } } errors { code path } } }"""
LIST = """query($status: RedemptionStatus, $reward: ID, $partner: String, $after: String) {
    redemptions(status: $status, rewardId: $reward, partner: $partner, first: 2, after: $after) {
        edges { cursor node { reward { code } status member { externalId } delivery { address { city } } } }
        pageInfo { hasNextPage } } }"""


@pytest.fixture
async def bag(context: Context, ask: Desk, ada: Member) -> str:
    """The id of a bag that is to be sent to Ada."""
    await publish_program(context, SYSTEM, a_program(rewards=REWARDS, partners=(Partner("post", "The post"),)))
    await buy(context, ada, "900.00", id="o1")
    answer = await redeem(ask, ada, "bag", address=HOME)
    return str(answer["redemption"]["id"])


async def redeem(ask: Desk, member: Member, code: str, **input: Any) -> Any:
    asked = {"rewardId": global_id("Reward", code), "idempotencyKey": f"r-{code}"} | input
    return (await ask.data(as_member(member), REDEEM, input=asked))["redeemReward"]


async def fulfil(ask: Desk, id: str, *, by: Identity = SERVICE, key: str = "f", **input: Any) -> Any:
    asked = {"redemptionId": id, "idempotencyKey": key} | input
    return (await ask.data(by, FULFIL, input=asked))["fulfilRedemption"]


async def deliver(ask: Desk, id: str, *, key: str = "d", **input: Any) -> Any:
    asked = {"redemptionId": id, "idempotencyKey": key} | input
    return (await ask.data(SERVICE, DELIVER, input=asked))["deliverRedemption"]


async def news(context: Context, member: Member) -> list[str]:
    rows, _ = await context.inbox.page_with_unread(member.id, first=50)
    told = [row.message for row in rows if row.message.kind is NotificationKind.REDEMPTION_UPDATED]
    return [str(message.data["news"]) for message in reversed(told)]


class TestDelivery:
    async def test_its_member_and_staff_see_where_it_goes(self, ask: Desk, ada: Member, bag: str) -> None:
        document = "query($id: ID!) { node(id: $id) { ... on Redemption { delivery { address { city } } } } }"
        for who in (as_member(ada), AGENT):
            found = await ask.data(who, document, id=bag)
            assert found["node"] == {"delivery": {"address": {"city": "London"}}}

    async def test_it_is_handed_over_once_and_can_be_corrected(
        self, context: Context, ask: Desk, database: Database, ada: Member, bag: str, clock: Clock
    ) -> None:
        clock.advance(hours=1)
        first = await fulfil(ask, bag, carrier="Royal Mail", trackingNumber="RM 1")
        assert first == {
            "redemption": {
                "status": "FULFILLED",
                "delivery": {
                    "carrier": "Royal Mail",
                    "trackingNumber": "RM 1",
                    "trackingUrl": None,
                    "shippedAt": "2026-06-15T13:00:00.000Z",
                    "deliveredAt": None,
                },
            },
            "errors": [],
        }
        async with unchanged(database):
            assert await fulfil(ask, bag, carrier="Royal Mail", trackingNumber="RM 1") == first
        clock.advance(hours=1)
        corrected = await fulfil(ask, bag, key="f2", by=AGENT, trackingUrl="https://track.example/2")
        assert corrected["redemption"]["delivery"]["trackingUrl"] == "https://track.example/2"
        assert corrected["redemption"]["delivery"]["shippedAt"] == "2026-06-15T13:00:00.000Z"
        assert await news(context, ada) == ["SHIPPED"]

    async def test_it_arrives_once(
        self, context: Context, ask: Desk, database: Database, ada: Member, bag: str, clock: Clock
    ) -> None:
        await fulfil(ask, bag)
        clock.advance(days=2)
        first = await deliver(ask, bag, deliveredAt="2026-06-16T09:00:00+02:00")
        assert first["redemption"] == {
            "status": "FULFILLED",
            "delivery": {"shippedAt": "2026-06-15T12:00:00.000Z", "deliveredAt": "2026-06-16T07:00:00.000Z"},
        }
        async with unchanged(database):
            assert await deliver(ask, bag, deliveredAt="2026-06-16T09:00:00+02:00") == first
            again = await deliver(ask, bag, key="d2")
        assert again["errors"] == [{"code": "ALREADY_DECIDED", "path": ["redemptionId"]}]
        assert await news(context, ada) == ["SHIPPED", "DELIVERED"]

    async def test_what_a_process_whose_clock_is_ahead_handed_over_arrives_no_sooner_by_another(
        self, ask: Desk, bag: str, clock: Clock
    ) -> None:
        clock.advance(seconds=1)
        await fulfil(ask, bag)
        clock.advance(seconds=-1)
        answer = await deliver(ask, bag)
        moment = "2026-06-15T12:00:01.000Z"
        assert answer["errors"] == []
        assert answer["redemption"]["delivery"] == {"shippedAt": moment, "deliveredAt": moment}

    @pytest.mark.parametrize(
        ("input", "path"),
        [
            ({"carrier": ""}, ["carrier"]),
            ({"carrier": "x" * 101}, ["carrier"]),
            ({"trackingNumber": "a\nb"}, ["trackingNumber"]),
            ({"trackingUrl": "javascript:alert(1)"}, ["trackingUrl"]),
            ({"key": " "}, ["idempotencyKey"]),
            ({"id": "eA"}, ["redemptionId"]),
            ({"id": global_id("Redemption", "somebody", "x")}, ["redemptionId"]),
        ],
    )
    async def test_a_refusal_changes_nothing(
        self, ask: Desk, database: Database, bag: str, input: dict[str, str], path: list[str]
    ) -> None:
        async with unchanged(database):
            answer = await fulfil(ask, **({"id": bag} | input))
        assert answer["redemption"] is None
        assert [error["path"] for error in answer["errors"]] == [path]

    async def test_a_key_stands_for_one_input(self, ask: Desk, database: Database, bag: str) -> None:
        await fulfil(ask, bag, carrier="Royal Mail")
        async with unchanged(database):
            answer = await fulfil(ask, bag, carrier="DHL")
        assert answer["errors"] == [{"code": "IDEMPOTENCY_CONFLICT", "path": ["idempotencyKey"]}]

    @pytest.mark.parametrize(
        ("at", "code"), [("2026-06-15T11:59:00Z", "INVALID_INPUT"), ("2026-06-15T12:01:00Z", "INVALID_INPUT")]
    )
    async def test_nothing_arrives_before_it_left_or_in_the_future(
        self, ask: Desk, database: Database, bag: str, at: str, code: str
    ) -> None:
        await fulfil(ask, bag)
        async with unchanged(database):
            answer = await deliver(ask, bag, deliveredAt=at)
        assert answer["errors"] == [{"code": code, "path": ["deliveredAt"]}]

    async def test_what_was_not_handed_over_does_not_arrive(self, ask: Desk, database: Database, bag: str) -> None:
        async with unchanged(database):
            answer = await deliver(ask, bag)
        assert answer["errors"] == [{"code": "NOT_AVAILABLE_NOW", "path": ["redemptionId"]}]

    @pytest.mark.parametrize(
        ("status", "code"),
        [("IN_REVIEW", "NOT_AVAILABLE_NOW"), ("CANCELLED", "ALREADY_DECIDED"), ("USED", "ALREADY_DECIDED")],
    )
    async def test_what_is_not_to_be_handed_out_is_not(
        self, ask: Desk, database: Database, bag: str, status: str, code: str
    ) -> None:
        await database["redemptions"].update_one({}, {"$set": {"status": status}})
        async with unchanged(database):
            assert (await fulfil(ask, bag))["errors"] == [{"code": code, "path": ["redemptionId"]}]
            assert (await deliver(ask, bag))["errors"] == [{"code": code, "path": ["redemptionId"]}]


class TestRedemptions:
    """What staff find to hand out."""

    async def codes(self, ask: Desk, **wanted: Any) -> list[tuple[str, str]]:
        found = (await ask.data(AGENT, LIST, **wanted))["redemptions"]["edges"]
        return [(edge["node"]["reward"]["code"], edge["node"]["status"]) for edge in found]

    async def test_by_partner_reward_and_status(self, ask: Desk, ada: Member, bag: str, clock: Clock) -> None:
        clock.advance(hours=1)
        mug = (await redeem(ask, ada, "mug"))["redemption"]["id"]
        await fulfil(ask, mug)
        assert await self.codes(ask) == [("mug", "FULFILLED"), ("bag", "ISSUED")]
        assert await self.codes(ask, status="ISSUED") == [("bag", "ISSUED")]
        assert await self.codes(ask, partner="post") == [("bag", "ISSUED")]
        assert await self.codes(ask, partner="post", status="FULFILLED") == []
        assert await self.codes(ask, partner="nobody") == []
        assert await self.codes(ask, reward=global_id("Reward", "mug")) == [("mug", "FULFILLED")]
        assert await self.codes(ask, reward=global_id("Reward", "mug"), partner="post") == []
        assert await self.codes(ask, reward="eA") == []

    async def test_in_pages(self, ask: Desk, ada: Member, bag: str, clock: Clock) -> None:
        for number in range(3):
            clock.advance(hours=1)
            await redeem(ask, ada, "mug", idempotencyKey=f"m{number}")
        first = (await ask.data(AGENT, LIST))["redemptions"]
        assert first["pageInfo"] == {"hasNextPage": True}
        rest = await self.codes(ask, after=first["edges"][-1]["cursor"])
        assert rest == [("mug", "ISSUED"), ("bag", "ISSUED")]

    async def test_an_index_gives_the_order(self, context: Context, database: Database, bag: str) -> None:
        queries: list[dict[str, Any]] = [
            {"status": "ISSUED"},
            {"status": {"$in": ["ISSUED", "USED"]}},
            {"$and": [{"status": "ISSUED"}, {"reward": {"$in": ["bag", "mug"]}}]},
        ]
        for query in queries:
            found = database["redemptions"].find(query).sort([("createdAt", -1), ("_id", -1)])
            plan = str((await found.explain())["queryPlanner"]["winningPlan"])
            assert "IXSCAN" in plan
            assert "'SORT'" not in plan
