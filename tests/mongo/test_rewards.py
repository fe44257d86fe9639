"""What is left of rewards, and what they were: listing keeps stock, taking never goes below nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from domain.program.rewards import Price, Reward, RewardKind, RewardLimit, RewardTexts, Variant
from mongo.client import Database
from mongo.migrate import migrate
from mongo.rewards import Left, Rewards
from mongo.transactions import Session, Transactions
from tests.support.house import NOON
from tests.support.programs import a_program

MUG = Reward("mug", "A mug", RewardKind.GOODS, 100, stock=20)
TEA = Reward("tea", "Tea", RewardKind.COUPON, 30, currency="MILES")
SHIRT = Reward(
    "shirt",
    "A shirt",
    RewardKind.GOODS,
    500,
    copay=Decimal("1.50"),
    available_from=datetime(2026, 1, 1, tzinfo=UTC),
    variants=(Variant("s", "Small", {"size": "S"}, 3), Variant("m", "Medium", {"size": "M"})),
    translations={"ja": RewardTexts("シャツ")},
    prices=(Price(400, tiers=("gold",)),),
    limits=(RewardLimit(2),),
)
LISTED = a_program(rewards=(MUG, TEA, SHIRT))


async def taken(database: Database, code: str, quantity: int, variant: str | None = None) -> bool:
    async def take(session: Session) -> bool:
        return await Rewards(database).take_stock(session, code, quantity, variant=variant)

    return await Transactions(database.client).run(take)


async def returned(database: Database, code: str, quantity: int, variant: str | None = None) -> bool:
    async def put(session: Session) -> bool:
        return await Rewards(database).put_back(session, code, quantity, variant=variant)

    return await Transactions(database.client).run(put)


class TestPutAll:
    async def test_what_is_listed_reads_back_whole(self, database: Database) -> None:
        rewards = Rewards(database)
        await rewards.put_all(LISTED, now=NOON)
        assert await rewards.listed("tea") == TEA
        assert await rewards.get_many(["mug", "shirt", "yacht"]) == {
            "mug": replace(MUG, currency="POINTS"),
            "shirt": replace(SHIRT, currency="POINTS"),
        }
        assert await rewards.added() == {"mug": NOON, "tea": NOON, "shirt": NOON}

    async def test_listing_again_keeps_what_is_left_and_begins_what_is_new(self, database: Database) -> None:
        rewards = Rewards(database)
        await rewards.put_all(LISTED, now=NOON)
        assert await taken(database, "mug", 5)
        assert await taken(database, "shirt", 1, "s")
        large = Variant("l", "Large", {}, 7)
        shirt = replace(SHIRT, variants=(*SHIRT.variants, large))
        tea = replace(TEA, stock=9)
        later = datetime(2026, 7, 1, tzinfo=UTC)
        await rewards.put_all(a_program(rewards=(MUG, tea, shirt), version=8), now=later)
        assert await rewards.left(["mug", "tea", "shirt"]) == {
            "mug": Left(15),
            "tea": Left(9),
            "shirt": Left(None, {"s": 2, "m": None, "l": 7}),
        }
        assert set((await rewards.added()).values()) == {NOON}

    async def test_what_the_programme_has_no_more_is_listed_no_more_and_known_still(
        self, database: Database
    ) -> None:
        rewards = Rewards(database)
        await rewards.put_all(LISTED, now=NOON)
        await rewards.put_all(a_program(rewards=(MUG,), version=8), now=NOON)
        assert await rewards.listed("shirt") is None
        assert (await rewards.get_many(["shirt"]))["shirt"].title == "A shirt"


class TestStock:
    async def test_it_never_goes_below_nothing(self, database: Database) -> None:
        await Rewards(database).put_all(LISTED, now=NOON)
        assert not await taken(database, "mug", 21)
        assert await taken(database, "mug", 20)
        assert not await taken(database, "mug", 1)
        assert await taken(database, "shirt", 3, "s")
        assert not await taken(database, "shirt", 1, "s")
        assert await Rewards(database).sold_out(varied=True) == ["mug"]

    async def test_sold_out_are_those_with_nothing_left_of_any_variant(self, database: Database) -> None:
        rewards = Rewards(database)
        counted = replace(SHIRT, code="cap", variants=(SHIRT.variants[0],))
        await rewards.put_all(a_program(rewards=(MUG, SHIRT, counted)), now=NOON)
        for code in ("shirt", "cap"):
            assert await taken(database, code, 3, "s")
        assert await rewards.sold_out() == []
        assert await rewards.sold_out(varied=True) == ["cap"]

    async def test_variants_that_the_programme_has_no_more_say_nothing_of_what_is_sold_out(
        self, database: Database
    ) -> None:
        rewards = Rewards(database)
        small, large = Variant("s", "Small", stock=3), Variant("l", "Large", stock=2)
        cap, hat = (replace(SHIRT, code=code, variants=(small, large)) for code in ("cap", "hat"))
        await rewards.put_all(a_program(rewards=(cap, hat)), now=NOON)
        for code, variant, quantity in (("cap", "s", 3), ("cap", "l", 2), ("hat", "l", 2)):
            assert await taken(database, code, quantity, variant)
        assert await rewards.sold_out(varied=True) == ["cap"]
        plain, shorter = replace(cap, variants=(), stock=5), replace(hat, variants=(large,))
        await rewards.put_all(a_program(rewards=(plain, shorter), version=8), now=NOON)
        assert (await rewards.get_many(["cap"]))["cap"].stock == 5
        assert await rewards.sold_out(varied=True) == ["hat"]

    async def test_what_comes_back_is_there_again(self, database: Database) -> None:
        rewards = Rewards(database)
        await rewards.put_all(LISTED, now=NOON)
        assert await returned(database, "mug", 2)
        assert await returned(database, "shirt", 1, "s")
        assert not await returned(database, "shirt", 1, "m")
        assert not await returned(database, "tea", 1)
        assert await rewards.left(["mug", "shirt"]) == {"mug": Left(22), "shirt": Left(None, {"s": 4, "m": None})}


class TestMigration:
    async def test_the_columns_of_before_become_one_part(self, database: Database) -> None:
        row = {
            "_id": "board",
            "listed": False,
            "rank": 3,
            "title": "A board",
            "description": "Five cheeses.",
            "words": "a board five cheeses",
            "kind": "GOODS",
            "imageUrl": None,
            "categories": ["food"],
            "currency": "POINTS",
            "cost": 900,
            "copay": "9.50",
            "availableFrom": None,
            "availableUntil": datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
            "minTier": "silver",
            "voucherDays": 30,
            "addedAt": NOON,
            "stock": 4,
        }
        await database["rewards"].insert_one(row)
        await database["meta"].update_one({"_id": "schema"}, {"$set": {"revision": 6}})
        await migrate(database)
        assert (await Rewards(database).get_many(["board"]))["board"] == Reward(
            "board",
            "A board",
            RewardKind.GOODS,
            900,
            "Five cheeses.",
            None,
            ("food",),
            "POINTS",
            Decimal("9.50"),
            None,
            datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
            4,
            "silver",
            30,
        )
        kept = await database["rewards"].find_one({"_id": "board"}) or {}
        assert set(kept) == {"_id", "listed", "addedAt", "stock", "content"}
