"""Reversing, extending and reinstating over the API: exact answers, once a key, refusals that change nothing."""

from typing import Any

from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from services.identity import Identity
from tests.resolvers.conftest import Desk, member_id
from tests.resolvers.support.test_adjust_points import APPROVAL, NOTHING, decide
from tests.support.house import Clock
from tests.support.people import AGENT, as_member, buy
from tests.support.unchanged import unchanged

PAYLOAD = f"""entry {{ id kind points description reason reference lots {{ points expiresOn }}
        explanation {{ points because }} }}
    balance {{ available debt revision }} approval {{ {APPROVAL} }} errors {{ code path }}"""
REVERSE = f"mutation($input: ReverseEntryInput!) {{ reverseEntry(input: $input) {{ {PAYLOAD} }} }}"
EXTEND = f"mutation($input: ExtendPointsInput!) {{ extendPoints(input: $input) {{ {PAYLOAD} }} }}"
REINSTATE = f"mutation($input: ReinstatePointsInput!) {{ reinstatePoints(input: $input) {{ {PAYLOAD} }} }}"


async def reverse(ask: Desk, entry: str, who: Identity = AGENT, **input: Any) -> Any:
    asked = {"entryId": entry, "reasonCode": "GOODWILL", "idempotencyKey": "r"} | input
    return (await ask.data(who, REVERSE, input=asked))["reverseEntry"]


async def correct(ask: Desk, document: str, member: Member, **input: Any) -> Any:
    asked = {
        "memberId": member_id(member),
        "reasonCode": "GOODWILL",
        "note": "Was ill.",
        "idempotencyKey": "k",
    } | input
    (answer,) = (await ask.data(AGENT, document, input=asked)).values()
    return answer


class TestReverseEntry:
    async def test_a_part_of_a_purchase_is_taken_back(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "100.00", id="o1")
        assert await reverse(ask, global_id("Entry", ada.id, 1), points=30) == {
            "entry": {
                "id": global_id("Entry", ada.id, 2),
                "kind": "REVERSE",
                "points": -30,
                "description": "Taken back: Goodwill",
                "reason": "GOODWILL",
                "reference": "shop/o1",
                "lots": [{"points": -30, "expiresOn": "2027-06-30"}],
                "explanation": [{"points": -30, "because": "Taken back by staff: Goodwill"}],
            },
            "balance": {"available": 70, "debt": 0, "revision": 2},
            "approval": None,
            "errors": [],
        }

    async def test_above_the_limit_a_second_person_decides(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "600.00", id="o1")
        answer = await reverse(ask, global_id("Entry", ada.id, 1), note="Came back.")
        approval = answer.pop("approval")
        assert answer == {"entry": None, "balance": None, "errors": []}
        assert (approval["status"], approval["kind"], approval["points"]) == ("PENDING", "REVERSAL", -600)
        document = """query($id: ID!) { node(id: $id) { ... on Approval {
            reverses { id points } expiresAt until note } } }"""
        assert await ask.data(AGENT, document, id=approval["id"]) == {
            "node": {
                "reverses": {"id": global_id("Entry", ada.id, 1), "points": 600},
                "expiresAt": None,
                "until": None,
                "note": "Came back.",
            }
        }
        decided = await decide(ask, approval["id"])
        assert decided["entry"] == {
            "id": global_id("Entry", ada.id, 2),
            "points": -600,
            "actor": {"id": "super-1"},
        }
        assert decided["approval"]["entry"] == {"id": global_id("Entry", ada.id, 2)}

    async def test_a_redemption_that_was_given_back_is_cancelled(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await buy(context, ada, "500.00", id="o1")
        redeem = """mutation($id: ID!) { redeemReward(input: {rewardId: $id, idempotencyKey: "k"}) {
            redemption { id status points entries { id } } } }"""
        data = await ask.data(as_member(ada), redeem, id=global_id("Reward", "coffee"))
        redemption = data["redeemReward"]["redemption"]
        answer = await reverse(ask, redemption["entries"][0]["id"])
        assert answer["balance"]["available"] == 500
        node = "query($id: ID!) { node(id: $id) { ... on Redemption { status entries { kind points } } } }"
        cost = redemption["points"]
        assert await ask.data(AGENT, node, id=redemption["id"]) == {
            "node": {
                "status": "CANCELLED",
                "entries": [{"kind": "REDEEM", "points": -cost}, {"kind": "REVERSE", "points": cost}],
            }
        }

    async def test_the_same_key_answers_the_same_entry(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await buy(context, ada, "100.00", id="o1")
        entry = global_id("Entry", ada.id, 1)
        first = await reverse(ask, entry, points=30)
        async with unchanged(database):
            assert await reverse(ask, entry, points=30) == first

    async def test_refusals_change_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await buy(context, ada, "100.00", id="o1")
        await buy(context, ada, "10.00", id="o2")
        entry, done = (global_id("Entry", ada.id, seq) for seq in (1, 2))
        await reverse(ask, done)
        cases: list[tuple[str, dict[str, Any], str, list[str]]] = [
            (done, {"points": 3}, "IDEMPOTENCY_CONFLICT", ["idempotencyKey"]),
            (done, {"idempotencyKey": "n"}, "ALREADY_REVERSED", ["entryId"]),
            (entry, {"idempotencyKey": "n", "points": 101}, "INVALID_INPUT", ["points"]),
            (entry, {"idempotencyKey": "n", "reasonCode": "WHIM"}, "INVALID_INPUT", ["reasonCode"]),
            (global_id("Entry", ada.id, 3), {"idempotencyKey": "n"}, "INVALID_INPUT", ["entryId"]),
            (global_id("Entry", ada.id, 99), {"idempotencyKey": "n"}, "NOT_FOUND", ["entryId"]),
            (member_id(ada), {"idempotencyKey": "n"}, "NOT_FOUND", ["entryId"]),
            ("x", {"idempotencyKey": "n"}, "NOT_FOUND", ["entryId"]),
        ]
        for id, input, code, path in cases:
            async with unchanged(database):
                answer = await reverse(ask, id, **input)
            assert answer == NOTHING | {"errors": [{"code": code, "path": path}]}, input


class TestDates:
    async def test_points_are_extended_to_the_end_of_a_day(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "100.00", id="o1")
        asked = {"expiresAt": "2027-07-01T04:00:00.000Z", "until": "2027-12-24"}
        answer = await correct(ask, EXTEND, ada, **asked)
        assert answer["entry"]["lots"] == [
            {"points": -100, "expiresOn": "2027-06-30"},
            {"points": 100, "expiresOn": "2027-12-24"},
        ]
        assert (answer["entry"]["kind"], answer["entry"]["description"]) == (
            "EXTEND",
            "Expires later: can be spent until 24 December 2027",
        )
        assert answer["balance"] == {"available": 100, "debt": 0, "revision": 2}

    async def test_who_decides_sees_which_points_would_live_how_long(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await buy(context, ada, "600.00", id="o1")
        asked = {"expiresAt": "2027-07-01T04:00:00.000Z", "until": "2027-12-24"}
        id = (await correct(ask, EXTEND, ada, **asked))["approval"]["id"]
        document = "query($id: ID!) { node(id: $id) { ... on Approval { kind points expiresAt until note } } }"
        seen = {"kind": "EXTENSION", "points": 600, "note": "Was ill."}
        assert await ask.data(AGENT, document, id=id) == {"node": seen | asked}

    async def test_what_staff_wrote_is_not_for_members(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "100.00", id="o1")
        await reverse(ask, global_id("Entry", ada.id, 1), points=30, note="Came back.")
        document = "query($id: ID!) { node(id: $id) { ... on Entry { note } } }"
        id = global_id("Entry", ada.id, 2)
        assert await ask.data(AGENT, document, id=id) == {"node": {"note": "Came back."}}
        assert await ask.data(as_member(ada), document, id=id) == {"node": {"note": None}}

    async def test_expired_points_come_back(self, context: Context, ask: Desk, ada: Member, clock: Clock) -> None:
        await buy(context, ada, "100.00", id="o1")
        clock.advance(days=400)
        answer = await correct(ask, REINSTATE, ada, points=60)
        assert (answer["entry"]["kind"], answer["entry"]["points"]) == ("REINSTATE", 60)
        assert answer["balance"] == {"available": 60, "debt": 0, "revision": 3}

    async def test_refusals_change_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await buy(context, ada, "100.00", id="o1")
        dates = {"expiresAt": "2027-07-01T04:00:00.000Z", "until": "2027-12-24"}
        cases: list[tuple[str, dict[str, Any], str, list[str]]] = [
            (EXTEND, dates | {"until": "2027-06-30"}, "INVALID_INPUT", ["until"]),
            (EXTEND, dates | {"expiresAt": "2027-07-01T04:00:00.001Z"}, "INVALID_INPUT", ["expiresAt"]),
            (EXTEND, dates | {"memberId": "x"}, "NOT_FOUND", ["memberId"]),
            (REINSTATE, {"points": 1}, "INVALID_INPUT", ["points"]),
            (REINSTATE, {"points": 1, "memberId": global_id("Member", "nobody")}, "NOT_FOUND", ["memberId"]),
            (REINSTATE, {"points": 1, "memberId": "x"}, "NOT_FOUND", ["memberId"]),
        ]
        for document, input, code, path in cases:
            async with unchanged(database):
                answer = await correct(ask, document, ada, **input)
            assert answer == NOTHING | {"errors": [{"code": code, "path": path}]}, input
