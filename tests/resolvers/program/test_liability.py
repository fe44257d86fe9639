"""What the programme owes, for admins alone."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.actors import SYSTEM
from domain.members.member import Member
from domain.program.program import Currency
from services.context import Context
from services.identity import Identity
from services.program.publish_program import publish_program
from tests.resolvers.conftest import Desk
from tests.support.deeds import earning_in, holding, waiting
from tests.support.house import NOON, Clock, the_programme
from tests.support.ledger import LATER, adjusting, earning, redeeming
from tests.support.people import ADMIN, AGENT, NOBODY, SERVICE, SUPERVISOR, as_member
from tests.support.working import post

DOCUMENT = """query($currency: String) { program { name liability(currency: $currency) {
    currency { code } issued earned reinstated adjusted adjustedUp adjustedDown redeemed expired reversed
    transferred outstanding pending held debt byExpiry { month points worth { amount currency } }
    liability { amount currency } breakageRate asOf } } }"""


@pytest.fixture
async def history(context: Context, clock: Clock) -> None:
    """Two members and a month; what expires at its end has expired, and no entry says so."""
    soon = NOON.replace(day=30)
    deeds = {
        "ann": [
            earning(1000, key="1"),
            earning(70, key="2", expires_at=soon),
            adjusting(30, key="3", expires_at=None),
            adjusting(-20, key="4"),
            redeeming(250, key="5"),
            holding(100, LATER, key="6"),
        ],
        "bob": [earning(5, key="1", expires_at=soon), waiting(33, LATER, LATER, key="2")],
    }
    for member, decisions in deeds.items():
        entries = [await post(context, member, decide, str(n)) for n, decide in enumerate(decisions, 1)]
        await context.accounts.put_newest(entries, currency="POINTS")
    clock.advance(days=30)


@pytest.mark.usefixtures("history")
class TestLiability:
    async def test_every_field(self, context: Context, ask: Desk) -> None:
        await context.totals.complete(1)
        data = await ask.data(ADMIN, DOCUMENT)
        assert data["program"]["liability"] == {
            "currency": {"code": "POINTS"},
            "issued": 1138,
            "earned": 1108,
            "reinstated": 0,
            "adjusted": 10,
            "adjustedUp": 30,
            "adjustedDown": 20,
            "redeemed": 250,
            "expired": 5,
            "reversed": 0,
            "transferred": 0,
            "outstanding": 830,
            "pending": 33,
            "held": 100,
            "debt": 0,
            "byExpiry": [
                {"month": "2027-06", "points": 800, "worth": {"amount": "8.00", "currency": "USD"}},
                {"month": None, "points": 30, "worth": {"amount": "0.30", "currency": "USD"}},
            ],
            "liability": {"amount": "8.30", "currency": "USD"},
            "breakageRate": "0.0044",
            "asOf": "2026-07-15T12:00:00.000Z",
        }

    async def test_its_worth_is_not_rounded(self, context: Context, ask: Desk) -> None:
        program = the_programme()
        finer = replace(program.currencies[0], worth=Decimal("0.00125"))
        await publish_program(context, SYSTEM, replace(program, currencies=(finer, Currency("STARS", "Stars"))))
        entry = await post(context, "cyd", earning_in("STARS", 7, key="1"), "1")
        await context.accounts.put_newest([entry], currency="POINTS")
        await context.totals.complete(1)

        points = await ask.data(ADMIN, DOCUMENT, currency="POINTS")
        assert points["program"]["liability"]["liability"] == {"amount": "1.03750", "currency": "USD"}
        stars = (await ask.data(ADMIN, DOCUMENT, currency="STARS"))["program"]["liability"]
        assert (stars["outstanding"], stars["liability"]) == (7, None)
        assert stars["byExpiry"] == [{"month": "2027-06", "points": 7, "worth": None}]

    async def test_while_accounts_are_being_counted_it_is_null_and_may_be_asked_again(self, ask: Desk) -> None:
        body = await ask(ADMIN, DOCUMENT)
        assert body["data"]["program"] == {"name": "Corner Market Regulars", "liability": None}
        assert [(error["extensions"]["code"], error["message"]) for error in body["errors"]] == [
            ("RETRYABLE", "The accounts are being added up: ask again in a while.")
        ]

    async def test_a_currency_that_there_is_not_is_a_bad_request(self, ask: Desk) -> None:
        assert await ask.refusals(ADMIN, DOCUMENT, currency="MILES") == [("BAD_REQUEST", "program.liability")]


class TestRoles:
    async def test_others_get_null_and_forbidden_at_the_field_and_all_the_rest(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await context.totals.complete(1)
        others: list[Identity] = [AGENT, SUPERVISOR, SERVICE, as_member(ada)]
        for identity in others:
            body = await ask(identity, DOCUMENT)
            assert body["data"]["program"] == {"name": "Corner Market Regulars", "liability": None}
            assert await ask.refusals(identity, DOCUMENT) == [("FORBIDDEN", "program.liability")]
        assert await ask.refusals(NOBODY, DOCUMENT) == [("UNAUTHENTICATED", "program")]

    async def test_a_programme_without_a_member_owes_nothing(self, context: Context, ask: Desk) -> None:
        await context.totals.complete(1)
        found = (await ask.data(ADMIN, DOCUMENT))["program"]["liability"]
        assert (found["issued"], found["outstanding"], found["byExpiry"]) == (0, 0, [])
        assert (found["liability"], found["breakageRate"]) == ({"amount": "0.00", "currency": "USD"}, None)
