"""Looking through the catalog as a member does: search, facets, words, favourites, recommendations."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.members.member import Member
from domain.program.rewards import Partner, Reward, RewardKind, RewardLimit, RewardTexts, Variant
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from services.program.publish_program import publish_program
from services.rewards.recommend import count_companions
from tests.resolvers.conftest import Desk
from tests.resolvers.rewards.test_redeem_reward import redeem
from tests.support.house import Clock, the_programme
from tests.support.people import AGENT, SERVICE, as_member, buy, enrol
from tests.support.unchanged import unchanged

LATTE = Reward(
    "latte",
    "Matcha latte",
    RewardKind.COUPON,
    150,
    "With oat milk.",
    categories=("drinks",),
    translations={
        "zh-Hant": RewardTexts("抹茶拿鐵", terms="每人一杯"),
        "ja": RewardTexts("抹茶ラテ", "オーツミルク入り"),
    },
    terms="One cup each.",
    voucher_days=30,
)
SHIRT = Reward(
    "shirt",
    "Striped shirt",
    RewardKind.GOODS,
    400,
    categories=("home",),
    images=("https://example.com/1.png",),
    variants=(Variant("s", "Small", {"size": "S"}, 2), Variant("m", "Medium", {"size": "M"}, 0)),
    partner="tailor",
)
CARD = Reward("card", "Gift card", RewardKind.GIFT_CARD, 900, categories=("gifts",), value=Decimal("25.00"))
GONE = Reward("gone", "Sold-out lamp", RewardKind.GOODS, 200, categories=("home",), stock=0)
ONCE = Reward("once", "Welcome drink", RewardKind.COUPON, 10, categories=("drinks",), limits=(RewardLimit(1),))
TOP = Reward("top", "Top table", RewardKind.SERVICE, 20, categories=("food",), min_tier="gold")

CODES = """query($filter: RewardFilter, $order: RewardOrder! = FEATURED, $after: String, $first: Int) {
    rewards(filter: $filter, orderBy: $order, after: $after, first: $first) {
        totalCount edges { cursor node { code } } pageInfo { hasNextPage endCursor } } }"""
HOME = {"name": "A", "lines": ["1 Road"], "city": "Town", "country": "US"}


@pytest.fixture(autouse=True)
async def catalog(context: Context) -> None:
    programme = the_programme()
    await publish_program(
        context,
        SYSTEM,
        replace(
            programme,
            rewards=(LATTE, SHIRT, CARD, GONE, ONCE, TOP),
            sales=(),
            guards=(),
            pools=(),
            partners=(Partner("tailor", "The tailor"),),
        ),
    )


async def codes(ask: Desk, who: Any, **filter: Any) -> list[str]:
    found = (await ask.data(who, CODES, filter=filter))["rewards"]
    listed = [edge["node"]["code"] for edge in found["edges"]]
    assert found["totalCount"] == len(listed)
    return listed


class TestSearch:
    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("matcha", ["latte"]),
            ("mathca late", ["latte"]),
            ("MATCHA", ["latte"]),
            ("抹茶", ["latte"]),
            ("抹茶拿铁", ["latte"]),
            ("抹茶ﾗﾃ", ["latte"]),
            ("らて", ["latte"]),
            ("strpied", ["shirt"]),
            ("tailor", ["shirt"]),
            ("drinks", ["latte", "once"]),
            ("welcome-drink", ["once"]),
            ("  ", ["latte", "shirt", "card", "gone", "once", "top"]),
            (".*", []),
            ("zeppelin", []),
        ],
    )
    async def test_what_thumbs_make_of_words(self, ask: Desk, typed: str, found: list[str]) -> None:
        assert await codes(ask, AGENT, search=typed) == found

    async def test_the_best_come_first_page_by_page_and_other_orders_hold(self, ask: Desk) -> None:
        ask_for = {"filter": {"search": "drink"}, "first": 1}
        first = (await ask.data(AGENT, CODES, **ask_for))["rewards"]
        assert [edge["node"]["code"] for edge in first["edges"]] == ["once"]
        second = (await ask.data(AGENT, CODES, **ask_for, after=first["pageInfo"]["endCursor"]))["rewards"]
        assert [edge["node"]["code"] for edge in second["edges"]] == ["latte"]
        assert second["pageInfo"]["hasNextPage"] is False
        dearest = (await ask.data(AGENT, CODES, filter={"search": "drink"}, order="COST_DESC"))["rewards"]
        assert [edge["node"]["code"] for edge in dearest["edges"]] == ["latte", "once"]
        refused = await ask.refusals(AGENT, CODES, after=first["pageInfo"]["endCursor"])
        assert refused == [("BAD_REQUEST", "rewards")]


class TestFilter:
    async def test_stock_partners_and_prices(self, ask: Desk) -> None:
        assert "gone" not in await codes(ask, AGENT, inStockOnly=True)
        assert await codes(ask, AGENT, partners=["tailor"]) == ["shirt"]
        assert await codes(ask, AGENT, minCost=200, maxCost=400) == ["shirt", "gone"]

    async def test_redeemable_only_goes_by_limits_tiers_stock_and_points(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await buy(context, ada, "450.00", id="o1")
        assert await codes(ask, as_member(ada), redeemableOnly=True) == ["latte", "shirt", "once"]
        await redeem(ask, ada, "once")
        assert await codes(ask, as_member(ada), redeemableOnly=True) == ["latte", "shirt"]

    async def test_facets_count_under_all_other_filters(self, ask: Desk) -> None:
        document = """query($filter: RewardFilter) { rewards(first: 1, filter: $filter) { facets {
            kinds { kind count } categories { category count } partners { partner count }
            prices { minCost maxCost count } } } }"""
        found = await ask.data(AGENT, document, filter={"kinds": ["COUPON"], "maxCost": 200})
        assert found["rewards"]["facets"] == {
            "kinds": [
                {"kind": "COUPON", "count": 2},
                {"kind": "GOODS", "count": 1},
                {"kind": "SERVICE", "count": 1},
            ],
            "categories": [{"category": "drinks", "count": 2}],
            "partners": [],
            "prices": [
                {"minCost": None, "maxCost": 20, "count": 1},
                {"minCost": 21, "maxCost": 150, "count": 1},
            ],
        }


class TestWords:
    DOCUMENT = """query($id: ID!, $locale: String) { reward(id: $id) {
        title(locale: $locale) description(locale: $locale) terms(locale: $locale) own: title } }"""

    @pytest.mark.parametrize(
        ("locale", "title", "description", "terms"),
        [
            (None, "Matcha latte", "With oat milk.", "One cup each."),
            ("zh-Hant-TW", "抹茶拿鐵", "With oat milk.", "每人一杯"),
            ("zh_TW", "抹茶拿鐵", "With oat milk.", "每人一杯"),
            ("zh-CN", "Matcha latte", "With oat milk.", "One cup each."),
            ("ja-JP", "抹茶ラテ", "オーツミルク入り", "One cup each."),
        ],
    )
    async def test_in_the_nearest_language(
        self, ask: Desk, locale: str | None, title: str, description: str, terms: str
    ) -> None:
        id = global_id("Reward", "latte")
        found = (await ask.data(AGENT, self.DOCUMENT, id=id, locale=locale))["reward"]
        assert found == {"title": title, "description": description, "terms": terms, "own": "Matcha latte"}

    async def test_a_member_reads_their_own_language(self, ask: Desk, database: Database, ada: Member) -> None:
        await database["members"].update_one({"_id": ada.id}, {"$set": {"profile.locale": "ja"}})
        document = '{ me { rewards(filter: {search: "matcha"}) { edges { node { title } } } } }'
        [edge] = (await ask.data(as_member(ada), document))["me"]["rewards"]["edges"]
        assert edge["node"]["title"] == "抹茶ラテ"

    async def test_pictures_variants_value_and_partner(self, ask: Desk) -> None:
        document = """query($id: ID!) { reward(id: $id) { images value { amount currency } partner { code name }
            variants { code name attributes stock } } }"""
        shirt = await ask.data(AGENT, document, id=global_id("Reward", "shirt"))
        assert shirt["reward"] == {
            "images": ["https://example.com/1.png"],
            "value": None,
            "partner": {"code": "tailor", "name": "The tailor"},
            "variants": [
                {"code": "s", "name": "Small", "attributes": {"size": "S"}, "stock": 2},
                {"code": "m", "name": "Medium", "attributes": {"size": "M"}, "stock": 0},
            ],
        }
        card = await ask.data(AGENT, document, id=global_id("Reward", "card"))
        assert card["reward"]["value"] == {"amount": "25.00", "currency": "USD"}


class TestFavourites:
    ADD = """mutation($id: ID!) { addFavourite(input: {rewardId: $id}) {
        reward { code favourite } errors { code path } } }"""
    REMOVE = """mutation($id: ID!) { removeFavourite(input: {rewardId: $id}) {
        reward { code favourite } errors { code path } } }"""
    LIST = """query($after: String) { me { favourites(first: 1, after: $after) {
        edges { node { code favourite } } pageInfo { hasNextPage endCursor } } } }"""

    async def test_marked_once_however_often_and_unmarked(self, ask: Desk, clock: Clock, ada: Member) -> None:
        me = as_member(ada)
        for code in ("latte", "card", "latte"):
            clock.advance(seconds=1)
            answer = await ask.data(me, self.ADD, id=global_id("Reward", code))
            assert answer["addFavourite"] == {"reward": {"code": code, "favourite": True}, "errors": []}
        first = (await ask.data(me, self.LIST))["me"]["favourites"]
        assert [edge["node"]["code"] for edge in first["edges"]] == ["card"]
        after = first["pageInfo"]["endCursor"]
        second = (await ask.data(me, self.LIST, after=after))["me"]["favourites"]
        assert second["edges"] == [{"node": {"code": "latte", "favourite": True}}]
        assert second["pageInfo"]["hasNextPage"] is False
        assert await codes(ask, me, favouritesOnly=True) == ["latte", "card"]
        answer = await ask.data(me, self.REMOVE, id=global_id("Reward", "latte"))
        assert answer["removeFavourite"] == {"reward": {"code": "latte", "favourite": False}, "errors": []}
        assert await codes(ask, me, favouritesOnly=True) == ["card"]

    async def test_refusals_change_nothing(self, ask: Desk, database: Database, ada: Member) -> None:
        for id in ("x", global_id("Reward", "yacht")):
            async with unchanged(database):
                answer = await ask.data(as_member(ada), self.ADD, id=id)
            assert answer["addFavourite"]["errors"] == [{"code": "NOT_FOUND", "path": ["rewardId"]}]
        document = "{ rewards(filter: {favouritesOnly: true}) { totalCount } }"
        assert await ask.refusals(SERVICE, document) == [("BAD_REQUEST", "rewards")]
        document = "{ rewards(first: 1) { edges { node { favourite } } } }"
        assert (await ask.data(AGENT, document))["rewards"]["edges"] == [{"node": {"favourite": None}}]


class TestRecommendations:
    DOCUMENT = """query($after: String, $first: Int) { me { recommendations(first: $first, after: $after) {
        edges { cursor node { kind because reward { code } } } pageInfo { hasNextPage endCursor } } } }"""

    async def test_with_their_reasons_page_by_page(
        self, context: Context, ask: Desk, clock: Clock, ada: Member
    ) -> None:
        others = await enrol(context, "Bob", "Cyd", "Dee", "Eve")
        for number, member in enumerate([*others, ada]):
            await buy(context, member, "700.00", id=f"o{number}")
            await redeem(ask, member, "latte")
        for member in others[:3]:
            await redeem(ask, member, "once", idempotencyKey="k2")
        for member in others[:2]:
            answer = await redeem(ask, member, "shirt", variant="s", address=HOME, idempotencyKey="k3")
            assert answer["errors"] == []
        assert await count_companions(context, clock.now) == 2
        expected = [
            {
                "kind": "ALSO_CHOSEN",
                "because": "3 of 5 members who chose Matcha latte also chose this",
                "reward": {"code": "once"},
            },
        ]
        # The last shirts are gone, and two members are too few to be told of.
        found = (await ask.data(as_member(ada), self.DOCUMENT))["me"]["recommendations"]
        assert [edge["node"] for edge in found["edges"]] == expected
        assert found["pageInfo"]["hasNextPage"] is False

    async def test_what_points_do_for_and_nearly_do_for(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "350.00", id="o1")
        first = (await ask.data(as_member(ada), self.DOCUMENT, first=2))["me"]["recommendations"]
        after = first["pageInfo"]["endCursor"]
        second = (await ask.data(as_member(ada), self.DOCUMENT, first=2, after=after))["me"]["recommendations"]
        assert [edge["node"]["because"] for edge in first["edges"] + second["edges"]] == [
            "your points do for it: it costs 150",
            "your points do for it: it costs 10",
            "50 points more do for it",
        ]
        assert second["pageInfo"]["hasNextPage"] is False

    async def test_what_was_cancelled_was_not_chosen(
        self, context: Context, ask: Desk, database: Database, clock: Clock
    ) -> None:
        for number, member in enumerate(await enrol(context, "Bob", "Cyd", "Dee")):
            await buy(context, member, "700.00", id=f"o{number}")
            await redeem(ask, member, "latte")
            await redeem(ask, member, "once", idempotencyKey="k2")
        assert await count_companions(context, clock.now) == 2
        await database["redemptions"].update_one({"reward": "once"}, {"$set": {"status": "CANCELLED"}})
        assert await count_companions(context, clock.advance(seconds=1)) == 0
        assert await context.companions.get_many(["latte", "once"]) == []
