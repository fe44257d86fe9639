"""Sending points over the API: exact answers, once a key, and refusals that change nothing and tell nothing."""

from typing import Any

from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from tests.resolvers.conftest import Desk, member_id
from tests.support.people import as_member, buy
from tests.support.unchanged import unchanged

TRANSFER = """mutation($input: TransferPointsInput!) { transferPoints(input: $input) {
    entry { id kind points description reason lots { points expiresOn } actor { kind id } }
    balance { available revision }
    errors { __typename code path ... on InsufficientPoints { required available }
        ... on LimitReached { limit resetsAt } } } }"""
NEWEST = """{ me { balance { available } entries(first: 1) { edges { node {
    kind points description reference note actor { kind id displayName } } } } } }"""
NOTHING = {"entry": None, "balance": None}


async def transfer(ask: Desk, sender: Member, points: int = 30, **input: Any) -> Any:
    asked = {"to": {"externalId": "crm-bob"}, "points": points, "idempotencyKey": "t"} | input
    return (await ask.data(as_member(sender), TRANSFER, input=asked))["transferPoints"]


class TestTransferPoints:
    async def test_points_leave_and_arrive(self, context: Context, ask: Desk, ada: Member, bob: Member) -> None:
        await buy(context, ada, "100.00", id="o1")
        assert await transfer(ask, ada, note="For you") == {
            "entry": {
                "id": global_id("Entry", ada.id, 2),
                "kind": "TRANSFER_OUT",
                "points": -30,
                "description": "Sent to another member",
                "reason": None,
                "lots": [{"points": -30, "expiresOn": "2027-06-30"}],
                "actor": {"kind": "MEMBER", "id": member_id(ada)},
            },
            "balance": {"available": 70, "revision": 2},
            "errors": [],
        }
        seen = (await ask.data(as_member(bob), NEWEST))["me"]
        (edge,) = seen["entries"]["edges"]
        assert seen["balance"] == {"available": 30}
        assert edge["node"].pop("reference").startswith("transfer/")
        assert edge["node"] == {
            "kind": "TRANSFER_IN",
            "points": 30,
            "description": "Received from another member",
            "note": "For you",
            "actor": {"kind": "MEMBER", "id": None, "displayName": None},
        }

    async def test_by_whatever_name_the_receiver_is_known(
        self, context: Context, ask: Desk, ada: Member, bob: Member
    ) -> None:
        await buy(context, ada, "100.00", id="o1")
        names = [
            {"id": member_id(bob)},
            {"externalId": "crm-bob"},
            {"email": "bob@example.com"},
            {"cardNumber": bob.card_number},
        ]
        for number, to in enumerate(names):
            answer = await transfer(ask, ada, 10, to=to, idempotencyKey=f"t{number}")
            assert answer["balance"]["available"] == 90 - 10 * number

    async def test_the_same_key_answers_the_same_entry_with_todays_balance(
        self, context: Context, ask: Desk, database: Database, ada: Member, bob: Member
    ) -> None:
        await buy(context, ada, "100.00", id="o1")
        first = await transfer(ask, ada)
        await buy(context, ada, "5.00", id="o2")
        async with unchanged(database):
            again = await transfer(ask, ada)
        assert again == {**first, "balance": {"available": 75, "revision": 3}}

    async def test_refusals_change_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member, bob: Member
    ) -> None:
        await buy(context, ada, "9000.00", id="o1")
        await transfer(ask, ada, 4_000)
        more = {"idempotencyKey": "n"}
        path_of_the_key = ["idempotencyKey"]
        cases: list[tuple[int, dict[str, Any], dict[str, Any]]] = [
            (1, {}, {"code": "IDEMPOTENCY_CONFLICT", "path": path_of_the_key}),
            (0, more, {"code": "INVALID_INPUT", "path": ["points"]}),
            (1, more | {"to": {"id": member_id(ada)}}, {"code": "INVALID_INPUT", "path": ["to"]}),
            (1, more | {"to": {"email": "nobody@example.com"}}, {"code": "NOT_FOUND", "path": ["to"]}),
            (1, more | {"note": "x" * 201}, {"code": "INVALID_INPUT", "path": ["note"]}),
            (5_001, more, {"code": "LIMIT_REACHED", "path": ["points"], "limit": 5_000, "resetsAt": None}),
            (
                1_001,
                more,
                {
                    "code": "LIMIT_REACHED",
                    "path": ["points"],
                    "limit": 5_000,
                    "resetsAt": "2026-06-16T04:00:00.000Z",
                },
            ),
        ]
        for points, input, expected in cases:
            async with unchanged(database):
                answer = await transfer(ask, ada, points, **input)
            (error,) = answer.pop("errors")
            error.pop("__typename")
            assert (answer, error) == (NOTHING, expected), (points, input)
        async with unchanged(database):
            answer = await transfer(ask, bob, 4_001, to={"externalId": "crm-ada"})
        expected = {"code": "INSUFFICIENT_POINTS", "path": None, "required": 4_001, "available": 4_000}
        assert answer["errors"] == [{"__typename": "InsufficientPoints"} | expected]
