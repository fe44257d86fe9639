"""Balances: every field exactly, now and as of a time, and their ids."""

from datetime import timedelta

from domain.members.member import Member
from domain.time import to_ms
from resolvers.ids import global_id
from services.context import Context
from tests.resolvers.conftest import Desk, member_id
from tests.support.house import NOON, Clock
from tests.support.people import AGENT, as_member, buy

BALANCE = """
    id asOf currency { code name worth { amount currency } } available pending held debt
    lifetimeEarned lifetimeRedeemed lifetimeExpired lots { points expiresAt expiresOn }
    nextExpiry { points expiresOn } worth { amount currency } revision
"""
POINTS = {"code": "POINTS", "name": "Points", "worth": {"amount": "0.01", "currency": "USD"}}
JULY = {"expiresAt": "2026-08-01T04:00:00.000Z", "expiresOn": "2026-07-31"}
NEXT_JUNE = {"expiresAt": "2027-07-01T04:00:00.000Z", "expiresOn": "2027-06-30"}


async def two_lots(context: Context, member: Member) -> None:
    await buy(context, member, "30.00", id="o1", at=NOON - timedelta(days=330))
    await buy(context, member, "100.00", id="o2")


class TestNow:
    async def test_every_field(self, context: Context, ask: Desk, ada: Member) -> None:
        await two_lots(context, ada)
        data = await ask.data(as_member(ada), f"{{ me {{ balance {{ {BALANCE} }} }} }}")
        assert data["me"]["balance"] == {
            "id": global_id("Balance", ada.id, "POINTS"),
            "asOf": None,
            "currency": POINTS,
            "available": 130,
            "pending": 0,
            "held": 0,
            "debt": 0,
            "lifetimeEarned": 130,
            "lifetimeRedeemed": 0,
            "lifetimeExpired": 0,
            "lots": [{"points": 30, **JULY}, {"points": 100, **NEXT_JUNE}],
            "nextExpiry": {"points": 30, "expiresOn": "2026-07-31"},
            "worth": {"amount": "1.30", "currency": "USD"},
            "revision": 2,
        }

    async def test_of_a_member_to_whom_nothing_happened(self, ask: Desk, ada: Member) -> None:
        data = await ask.data(
            as_member(ada), "{ me { balance { available lots { points } nextExpiry { points } revision } } }"
        )
        assert data["me"]["balance"] == {"available": 0, "lots": [], "nextExpiry": None, "revision": 0}

    async def test_expiry_counts_before_any_entry_says_so(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        await two_lots(context, ada)
        clock.advance(days=47)
        data = await ask.data(
            as_member(ada), "{ me { balance { available lifetimeExpired lots { points } revision } } }"
        )
        assert data["me"]["balance"] == {
            "available": 100,
            "lifetimeExpired": 30,
            "lots": [{"points": 100}],
            "revision": 2,
        }

    async def test_what_expires_within_some_days(self, context: Context, ask: Desk, ada: Member) -> None:
        await two_lots(context, ada)
        document = """{ me { balance { expiring a: expiring(withinDays: 0) b: expiring(withinDays: 46)
            c: expiring(withinDays: 47) d: expiring(withinDays: 36500) } } }"""
        data = await ask.data(as_member(ada), document)
        assert data["me"]["balance"] == {"expiring": 0, "a": 0, "b": 0, "c": 30, "d": 130}
        for days in (-1, 36_501):
            document = f"{{ me {{ balance {{ expiring(withinDays: {days}) }} }} }}"
            assert await ask.refusals(as_member(ada), document) == [("BAD_REQUEST", "me.balance.expiring")]

    async def test_all_balances(self, context: Context, ask: Desk, ada: Member) -> None:
        await two_lots(context, ada)
        data = await ask.data(as_member(ada), "{ me { balances { currency { code } available } } }")
        assert data["me"]["balances"] == [{"currency": {"code": "POINTS"}, "available": 130}]

    async def test_an_unknown_currency_is_a_bad_request(self, ask: Desk, ada: Member) -> None:
        document = '{ me { status balance(currency: "MILES") { available } } }'
        assert await ask.refusals(as_member(ada), document) == [("BAD_REQUEST", "me.balance")]
        assert (await ask(as_member(ada), document))["data"] == {"me": {"status": "ACTIVE", "balance": None}}


class TestAsOf:
    async def test_as_it_stood_then(self, context: Context, ask: Desk, ada: Member, clock: Clock) -> None:
        await two_lots(context, ada)
        clock.advance(days=47)
        document = f"query($at: DateTime) {{ me {{ balance(asOf: $at) {{ {BALANCE} }} }} }}"
        data = await ask.data(as_member(ada), document, at="2026-06-15T11:59:59.999Z")
        at = NOON - timedelta(milliseconds=1)
        assert data["me"]["balance"] == {
            "id": global_id("Balance", ada.id, "POINTS", to_ms(at)),
            "asOf": "2026-06-15T11:59:59.999Z",
            "currency": POINTS,
            "available": 30,
            "pending": 0,
            "held": 0,
            "debt": 0,
            "lifetimeEarned": 30,
            "lifetimeRedeemed": 0,
            "lifetimeExpired": 0,
            "lots": [{"points": 30, **JULY}],
            "nextExpiry": {"points": 30, "expiresOn": "2026-07-31"},
            "worth": {"amount": "0.30", "currency": "USD"},
            "revision": 1,
        }

    async def test_before_everything_it_is_empty(self, context: Context, ask: Desk, ada: Member) -> None:
        await two_lots(context, ada)
        document = '{ me { balance(asOf: "2001-01-01T00:00:00Z") { available revision } } }'
        data = await ask.data(as_member(ada), document)
        assert data["me"]["balance"] == {"available": 0, "revision": 0}

    async def test_the_future_is_a_bad_request(self, ask: Desk, ada: Member) -> None:
        document = '{ me { balance(asOf: "2026-06-15T12:00:00.001Z") { available } } }'
        assert await ask.refusals(as_member(ada), document) == [("BAD_REQUEST", "me.balance")]


class TestNode:
    async def test_both_ids_lead_back(self, context: Context, ask: Desk, ada: Member) -> None:
        await two_lots(context, ada)
        document = """{ me { now: balance { id asOf available }
            then: balance(asOf: "2026-06-01T00:00:00Z") { id asOf available } } }"""
        balances = (await ask.data(as_member(ada), document))["me"].values()
        for balance in balances:
            node = "query($id: ID!) { node(id: $id) { ... on Balance { id asOf available } } }"
            assert (await ask.data(as_member(ada), node, id=balance["id"]))["node"] == balance
            assert (await ask.data(AGENT, node, id=balance["id"]))["node"] == balance

    async def test_ids_that_name_nothing_are_null(self, ask: Desk, ada: Member) -> None:
        keys = [
            ada.id,
            f"{ada.id}:MILES",
            f"{ada.id}:POINTS:x",
            f"{ada.id}:POINTS:{to_ms(NOON) + 1}",
            f"{ada.id}:POINTS:1:2",
        ]
        for key in keys:
            id = global_id("Balance", key)
            assert await ask.data(as_member(ada), "query($id: ID!) { node(id: $id) { id } }", id=id) == {
                "node": None
            }
        nobody = global_id("Balance", "00000000000000000000", "POINTS")
        assert await ask.data(AGENT, "query($id: ID!) { node(id: $id) { id } }", id=nobody) == {"node": None}

    async def test_a_member_is_the_same_node(self, ask: Desk, ada: Member) -> None:
        document = "query($id: ID!) { node(id: $id) { ... on Member { id externalId } } }"
        data = await ask.data(as_member(ada), document, id=member_id(ada))
        assert data["node"] == {"id": member_id(ada), "externalId": "crm-ada"}
