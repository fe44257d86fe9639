"""The catalog: every field exactly, as staff and as members see it, in pages and orders."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.actors import SYSTEM
from domain.members.member import Member
from domain.program.rewards import Reward, RewardKind
from resolvers.ids import global_id
from services.context import Context
from services.program.publish_program import publish_program
from tests.resolvers.conftest import Desk, member_id
from tests.support.house import the_programme
from tests.support.people import AGENT, SERVICE, as_member, buy

REWARD = """id code title description imageUrl kind categories currency { code } cost copay { amount currency }
    availableFrom availableUntil stock"""
AVAILABILITY = """redeemable cost copay { amount } missingPoints refusals { __typename code message path
    ... on InsufficientPoints { required available } ... on NotEligible { reasons } }"""
BY_COST = [
    "last-few", "coffee", "food-bank", "sourdough", "delivery", "tote-bag", "five-off", "cash-back", "flowers",
    "cheese-board", "ten-off", "gift-card-25", "chefs-table",
]  # fmt: skip


async def codes(ask: Desk, arguments: str, who: Any = AGENT) -> list[str]:
    document = f"{{ rewards{arguments} {{ totalCount edges {{ node {{ code }} }} }} }}"
    found = (await ask.data(who, document))["rewards"]
    listed = [edge["node"]["code"] for edge in found["edges"]]
    assert found["totalCount"] == len(listed)
    return listed


class TestReward:
    async def test_every_field(self, ask: Desk) -> None:
        document = f"query($id: ID!) {{ reward(id: $id) {{ {REWARD} availability {{ redeemable }} }} }}"
        data = await ask.data(AGENT, document, id=global_id("Reward", "cheese-board"))
        assert data["reward"] == {
            "id": global_id("Reward", "cheese-board"),
            "code": "cheese-board",
            "title": "Cheese board",
            "description": "Five cheeses for four people, at a part of the price.",
            "imageUrl": None,
            "kind": "GOODS",
            "categories": ["food", "gifts"],
            "currency": {"code": "POINTS"},
            "cost": 900,
            "copay": {"amount": "9.50", "currency": "USD"},
            "availableFrom": None,
            "availableUntil": None,
            "stock": 200,
            "availability": None,
        }
        node = (
            f"query($id: ID!) {{ node(id: $id) {{ ... on Reward {{ {REWARD} availability {{ redeemable }} }} }} }}"
        )
        assert (await ask.data(AGENT, node, id=data["reward"]["id"]))["node"] == data["reward"]

    async def test_ids_of_nothing_are_null(self, ask: Desk, ada: Member) -> None:
        for id in ("x", global_id("Reward", "yacht"), member_id(ada)):
            assert await ask.data(AGENT, "query($id: ID!) { reward(id: $id) { id } }", id=id) == {"reward": None}


class TestAvailability:
    DOCUMENT = f"""query($id: ID!, $member: ID) {{
        reward(id: $id) {{ availability(memberId: $member) {{ {AVAILABILITY} }} }} }}"""
    CHEESE = {
        "redeemable": False,
        "cost": 900,
        "copay": {"amount": "9.50"},
        "missingPoints": 780,
        "refusals": [
            {
                "__typename": "NotEligible",
                "code": "NOT_ELIGIBLE",
                "message": "Cheese board is for members of tier Silver and above.",
                "path": None,
                "reasons": ["Cheese board is for members of tier Silver and above."],
            },
            {
                "__typename": "InsufficientPoints",
                "code": "INSUFFICIENT_POINTS",
                "message": "This takes 900 points and 120 are available.",
                "path": None,
                "required": 900,
                "available": 120,
            },
        ],
    }

    async def test_with_every_reason_for_whoever_may_ask(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "120.00", id="o1")
        id = global_id("Reward", "cheese-board")
        answers = [
            await ask.data(as_member(ada), self.DOCUMENT, id=id),
            await ask.data(as_member(ada), self.DOCUMENT, id=id, member=member_id(ada)),
            await ask.data(AGENT, self.DOCUMENT, id=id, member=member_id(ada)),
            await ask.data(SERVICE, self.DOCUMENT, id=id, member=member_id(ada)),
        ]
        assert answers == [{"reward": {"availability": self.CHEESE}}] * 4

    async def test_staff_who_name_nobody_who_exists_get_null(self, ask: Desk) -> None:
        for member in (None, "x", global_id("Member", "00000000000000000000")):
            id = global_id("Reward", "coffee")
            data = await ask.data(AGENT, self.DOCUMENT, id=id, member=member)
            assert data == {"reward": {"availability": None}}

    async def test_of_a_frozen_member(self, context: Context, ask: Desk, database: Any, ada: Member) -> None:
        await buy(context, ada, "200.00", id="o1")
        await database["members"].update_one({"_id": ada.id}, {"$set": {"status": "FROZEN"}})
        data = await ask.data(as_member(ada), self.DOCUMENT, id=global_id("Reward", "coffee"))
        found = data["reward"]["availability"]
        assert found["redeemable"] is False
        assert [refusal["code"] for refusal in found["refusals"]] == ["MEMBER_NOT_ACTIVE"]

    async def test_through_a_member_it_is_that_members(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "150.00", id="o1")
        document = """query($by: MemberLookup!) { member(by: $by) {
            rewards(first: 2) { edges { node { code availability { redeemable } } } } } }"""
        data = await ask.data(AGENT, document, by={"id": member_id(ada)})
        assert [edge["node"] for edge in data["member"]["rewards"]["edges"]] == [
            {"code": "coffee", "availability": {"redeemable": True}},
            {"code": "sourdough", "availability": {"redeemable": False}},
        ]


class TestFilter:
    async def test_each_and_together(self, ask: Desk) -> None:
        assert await codes(ask, "(filter: {kinds: [DISCOUNT, CASH]})") == ["five-off", "ten-off", "cash-back"]
        assert await codes(ask, '(filter: {categories: ["giving"]})') == ["food-bank"]
        assert await codes(ask, '(filter: {search: "DÖLLARS off"})') == ["five-off", "ten-off"]
        assert await codes(ask, '(filter: {search: ".*"})') == []
        assert await codes(ask, "(filter: {maxCost: 150})") == ["coffee", "last-few"]
        assert await codes(ask, '(filter: {kinds: [GOODS], categories: ["food"], maxCost: 300})') == ["sourdough"]
        assert len(await codes(ask, "(filter: {kinds: [], categories: [], search: null})")) == 13

    async def test_redeemable_only(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "200.00", id="o1")
        mine = await codes(ask, "(filter: {redeemableOnly: true})", as_member(ada))
        assert mine == ["coffee", "last-few", "food-bank"]
        for who in (AGENT, SERVICE):
            document = "{ rewards(filter: {redeemableOnly: true}) { totalCount } }"
            assert await ask.refusals(who, document) == [("BAD_REQUEST", "rewards")]
        assert len(await codes(ask, "(filter: {redeemableOnly: false})")) == 13

    async def test_texts_too_long_are_bad_requests(self, ask: Desk) -> None:
        for filter in ({"search": "x" * 201}, {"categories": ["x"] * 101}):
            document = "query($filter: RewardFilter) { rewards(filter: $filter) { totalCount } }"
            assert await ask.refusals(AGENT, document, filter=filter) == [("BAD_REQUEST", "rewards")]


class TestPages:
    DOCUMENT = """query($order: RewardOrder!, $after: String) {
        rewards(first: 4, after: $after, orderBy: $order) {
            totalCount edges { node { code } } pageInfo { hasNextPage endCursor } } }"""

    async def walk(self, ask: Desk, order: str) -> list[str]:
        seen: list[str] = []
        after = None
        while True:
            page = (await ask.data(AGENT, self.DOCUMENT, order=order, after=after))["rewards"]
            seen += [edge["node"]["code"] for edge in page["edges"]]
            assert page["totalCount"] == 13
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return seen

    async def test_every_order_shows_each_once(self, ask: Desk) -> None:
        featured = [reward.code for reward in the_programme().rewards]
        assert await self.walk(ask, "FEATURED") == featured
        assert await self.walk(ask, "COST_ASC") == BY_COST
        assert await self.walk(ask, "COST_DESC") == BY_COST[::-1]
        assert await self.walk(ask, "NEWEST") == sorted(featured)

    async def test_the_cursor_of_another_order_is_a_bad_request(self, ask: Desk) -> None:
        page = (await ask.data(AGENT, self.DOCUMENT, order="COST_ASC"))["rewards"]
        cursor = page["pageInfo"]["endCursor"]
        assert await ask.refusals(AGENT, self.DOCUMENT, order="NEWEST", after=cursor) == [
            ("BAD_REQUEST", "rewards")
        ]


class TestUnlisted:
    async def test_a_redemption_still_shows_its_reward(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "500.00", id="o1")
        redeem = """mutation($id: ID!) { redeemReward(input: {rewardId: $id, idempotencyKey: "k"}) {
            redemption { id } errors { code } } }"""
        await ask.data(as_member(ada), redeem, id=global_id("Reward", "coffee"))
        programme = the_programme()
        rewards = tuple(reward for reward in programme.rewards if reward.code != "coffee")
        tea = Reward(
            "tea", "Tea", RewardKind.COUPON, 10, copay=Decimal(2), available_from=datetime(2026, 7, 1, tzinfo=UTC)
        )
        await publish_program(context, SYSTEM, replace(programme, rewards=(tea, *rewards), sales=()))
        assert "coffee" not in await codes(ask, "")
        shown = (
            "{ me { redemptions { edges { node { reward { code title stock availability { redeemable } } } } } } }"
        )
        data = await ask.data(as_member(ada), shown)
        reward = data["me"]["redemptions"]["edges"][0]["node"]["reward"]
        assert (reward["title"], reward["availability"]) == ("A cup of coffee", {"redeemable": False})
        document = """query($id: ID!) { reward(id: $id) { copay { amount } availableFrom
            availability { refusals { __typename code } } } }"""
        data = await ask.data(as_member(ada), document, id=global_id("Reward", "tea"))
        assert data["reward"] == {
            "copay": {"amount": "2.00"},
            "availableFrom": "2026-07-01T00:00:00.000Z",
            "availability": {"refusals": [{"__typename": "GenericUserError", "code": "NOT_AVAILABLE_NOW"}]},
        }
