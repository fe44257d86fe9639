"""Vouchers as members show them and as tills take them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.members.member import Member
from domain.program.rewards import Barcode, Pool, Reward, RewardKind, VoucherTerms
from domain.rewards.redemption import Voucher
from mongo.client import Database
from mongo.pools import PoolCode
from resolvers.ids import global_id
from services.context import Context
from services.ledger.poster import Posting
from services.program.publish_program import publish_program
from tests.resolvers.conftest import Desk
from tests.support.house import Clock
from tests.support.ledger import earning
from tests.support.people import AGENT, SERVICE, as_member
from tests.support.programs import a_program
from tests.support.unchanged import unchanged
from tests.support.vouchers import CARD, CODE, COUPON, ENDS, a_redemption, put

VOUCHER = """code status expiresAt usedAt stores barcode { format payload } value { amount currency }
    left { amount currency } uses { store till receipt at amount { amount currency } }"""
USE = f"""mutation($input: UseVoucherInput!) {{ useVoucher(input: $input) {{
    voucher {{ {VOUCHER} }} redemption {{ id status updatedAt copay {{ amount currency }} }}
    errors {{ __typename code path ... on LimitReached {{ limit }} ... on NotEligible {{ reasons }} }} }} }}"""
LOOK = f"query($code: String!) {{ voucher(code: $code) {{ {VOUCHER} redemption {{ id }} }} }}"
TERMS = VoucherTerms(
    stores=("north", "south"), barcode=Barcode.AZTEC, payload="https://shop.example/v?code={code}&by=qr"
)
POOLED = Reward("film", "A film", RewardKind.COUPON, 90, voucher=VoucherTerms(pool="cinema"))


@pytest.fixture(autouse=True)
async def programme(context: Context) -> None:
    reward = Reward("coupon", "Five off", RewardKind.COUPON, 250, voucher_days=30, voucher=TERMS)
    pools = (Pool("cinema", "Cinema", low=3), Pool("zoo", "Zoo", low=0))
    await publish_program(context, SYSTEM, a_program(rewards=(reward, POOLED), pools=pools))


async def issued(context: Context, member: Member, *vouchers: Voucher, **changes: Any) -> None:
    await put(context, a_redemption(*vouchers, member=member.id, **changes))


async def use(ask: Desk, **input: Any) -> Any:
    asked = {"code": CODE, "store": "north", "till": "till-7", "receipt": "1"} | input
    return (await ask.data(SERVICE, USE, input=asked))["useVoucher"]


class TestUseVoucher:
    async def test_the_till_hears_what_it_took_and_what_there_is_to_pay(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        await issued(context, ada, COUPON, copay=Decimal("2.5"))
        clock.advance(hours=1)
        at = "2026-06-15T13:00:00.000Z"
        assert await use(ask, code="7k3m 00zx aa17") == {
            "voucher": {
                "code": CODE,
                "status": "USED",
                "expiresAt": "2026-07-15T12:00:00.000Z",
                "usedAt": at,
                "stores": ["north", "south"],
                "barcode": {"format": "AZTEC", "payload": f"https://shop.example/v?code={CODE}&by=qr"},
                "value": None,
                "left": None,
                "uses": [{"store": "north", "till": "till-7", "receipt": "1", "at": at, "amount": None}],
            },
            "redemption": {
                "id": global_id("Redemption", ada.id, "r1"),
                "status": "USED",
                "updatedAt": at,
                "copay": {"amount": "2.50", "currency": "USD"},
            },
            "errors": [],
        }

    async def test_a_gift_card_shows_what_is_left(self, context: Context, ask: Desk, ada: Member) -> None:
        await issued(context, ada, CARD)
        answer = await use(ask, amount="7.25")
        assert answer["errors"] == []
        assert answer["redemption"]["status"] == "ISSUED"
        voucher = answer["voucher"]
        assert (voucher["status"], voucher["usedAt"]) == ("VALID", None)
        assert voucher["value"] == {"amount": "25.00", "currency": "USD"}
        assert voucher["left"] == {"amount": "17.75", "currency": "USD"}
        assert [one["amount"] for one in voucher["uses"]] == [{"amount": "7.25", "currency": "USD"}]

    async def test_the_same_receipt_answers_the_same_after_the_end_too(
        self, context: Context, ask: Desk, database: Database, ada: Member, clock: Clock
    ) -> None:
        await issued(context, ada, COUPON)
        first = await use(ask)
        clock.advance(days=40)
        async with unchanged(database):
            assert await use(ask) == first

    async def test_refusals_change_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await issued(context, ada, CARD)
        await issued(context, ada, replace(COUPON, code="USED", used_at=ENDS), id="r2", key="k2")
        only = "This voucher can be used in north, south, and not in west."
        cases: list[tuple[dict[str, Any], dict[str, Any]]] = [
            ({"code": "nobody's"}, {"__typename": "GenericUserError", "code": "NOT_FOUND", "path": ["code"]}),
            (
                {"code": CODE[:-1] + "8"},
                {"__typename": "GenericUserError", "code": "INVALID_INPUT", "path": ["code"]},
            ),
            ({}, {"__typename": "GenericUserError", "code": "INVALID_INPUT", "path": ["amount"]}),
            (
                {"amount": "25.01"},
                {"__typename": "LimitReached", "code": "LIMIT_REACHED", "path": ["amount"], "limit": 2500},
            ),
            (
                {"code": "used"},
                {"__typename": "LimitReached", "code": "LIMIT_REACHED", "path": ["code"], "limit": 1},
            ),
            (
                {"store": "west"},
                {"__typename": "NotEligible", "code": "NOT_ELIGIBLE", "path": ["store"], "reasons": [only]},
            ),
        ]
        for input, error in cases:
            async with unchanged(database):
                assert await use(ask, **input) == {"voucher": None, "redemption": None, "errors": [error]}


class TestVoucher:
    async def test_staff_and_services_look_it_up_however_it_is_typed(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await issued(context, ada, replace(COUPON, code="OTHER"), COUPON)
        for who in (AGENT, SERVICE):
            found = (await ask.data(who, LOOK, code=CODE.lower().replace("-", " ")))["voucher"]
            assert (found["code"], found["status"]) == (CODE, "VALID")
            assert found["redemption"] == {"id": global_id("Redemption", ada.id, "r1")}
        assert await ask.data(AGENT, LOOK, code="nobody's") == {"voucher": None}

    async def test_members_see_all_of_a_redemption_each_with_its_status(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        vouchers = (COUPON, replace(COUPON, code="B", used_at=ENDS), replace(COUPON, code="C", void_at=ENDS))
        await issued(context, ada, *vouchers, reward="film", quantity=3)
        document = """{ me { redemptions { edges { node { voucher { code }
            vouchers { code status stores barcode { format payload } } } } } } }"""
        [edge] = (await ask.data(as_member(ada), document))["me"]["redemptions"]["edges"]
        assert edge["node"]["voucher"] == {"code": CODE}
        assert [(one["code"], one["status"]) for one in edge["node"]["vouchers"]] == [
            (CODE, "VALID"),
            ("B", "USED"),
            ("C", "VOID"),
        ]
        assert edge["node"]["vouchers"][0]["barcode"] == {"format": "QR", "payload": CODE}
        clock.advance(days=30)
        [edge] = (await ask.data(as_member(ada), document))["me"]["redemptions"]["edges"]
        assert [one["status"] for one in edge["node"]["vouchers"]] == ["EXPIRED", "USED", "VOID"]


class TestVoucherPools:
    async def test_staff_see_what_is_left_of_each(self, context: Context, ask: Desk) -> None:
        await context.pools.add([PoolCode("cinema", f"c{number}") for number in range(2)])
        document = "{ voucherPools { code name left total low isLow } }"
        assert (await ask.data(AGENT, document))["voucherPools"] == [
            {"code": "cinema", "name": "Cinema", "left": 2, "total": 2, "low": 3, "isLow": True},
            {"code": "zoo", "name": "Zoo", "left": 0, "total": 0, "low": 0, "isLow": False},
        ]

    async def test_what_a_pool_without_codes_would_give_is_out_of_stock_wherever_members_look(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        ends = clock() + timedelta(hours=1)
        await context.pools.add([PoolCode("cinema", "c1", ends), PoolCode("zoo", "z1")])
        await context.poster.post(Posting(ada.id, "client:more", "", earning(1_000, key="client:more")))
        assert await looked_at(ask, ada) == {"seen": [], "have": ["coupon", "film"], "stock": ["coupon", "film"]}
        clock.advance(hours=1)
        refusal = {"code": "OUT_OF_STOCK", "message": "1 of A film cannot be had: its vouchers are used up."}
        assert await looked_at(ask, ada) == {"seen": [refusal], "have": ["coupon"], "stock": ["coupon"]}


async def looked_at(ask: Desk, member: Member) -> dict[str, Any]:
    """What stands against the film, what can be had, and what is in stock, as a member sees it."""
    document = """query($film: ID!) { reward(id: $film) { availability { refusals { code message } } } me {
        have: rewards(filter: {redeemableOnly: true}) { totalCount edges { node { code } } }
        stock: rewards(filter: {inStockOnly: true}) { totalCount edges { node { code } } }
        recommendations { edges { node { reward { code } } } } } }"""
    data = await ask.data(as_member(member), document, film=global_id("Reward", "film"))
    have, stock = ([edge["node"]["code"] for edge in data["me"][name]["edges"]] for name in ("have", "stock"))
    assert [data["me"][name]["totalCount"] for name in ("have", "stock")] == [len(have), len(stock)]
    assert {edge["node"]["reward"]["code"] for edge in data["me"]["recommendations"]["edges"]} == set(have)
    return {"seen": data["reward"]["availability"]["refusals"], "have": have, "stock": stock}
