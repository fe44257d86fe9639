"""Adjusting and deciding: limits, approvals, exact answers, once a key, and refusals that change nothing."""

from typing import Any

import pytest

from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from services.identity import Identity
from tests.resolvers.conftest import Desk, member_id
from tests.support.people import ADMIN, AGENT, SUPERVISOR, as_member, buy
from tests.support.unchanged import unchanged

APPROVAL = """id status kind member { id } points currency { code } entry { id } redemption { id } reason
    requestedBy { kind id displayName } requestedAt decidedBy { kind id } decidedAt"""
ADJUST = f"""mutation($input: AdjustPointsInput!) {{ adjustPoints(input: $input) {{
    entry {{ id kind points balanceAfter description expiresOn reason reference actor {{ kind id }} }}
    balance {{ available revision }} approval {{ {APPROVAL} }}
    errors {{ __typename code path ... on InsufficientPoints {{ required available }} }} }} }}"""
DECIDE = f"""mutation($input: DecideApprovalInput!) {{ decideApproval(input: $input) {{
    approval {{ {APPROVAL} }} entry {{ id points actor {{ id }} }} errors {{ code path }} }} }}"""
NOTHING = {"entry": None, "balance": None, "approval": None}


async def adjust(ask: Desk, member: Member, points: int, who: Identity = AGENT, **input: Any) -> Any:
    asked = {
        "memberId": member_id(member),
        "points": points,
        "reasonCode": "GOODWILL",
        "note": "The bread was stale.",
        "idempotencyKey": "k",
    } | input
    return (await ask.data(who, ADJUST, input=asked))["adjustPoints"]


async def decide(ask: Desk, id: str, who: Identity = SUPERVISOR, **input: Any) -> Any:
    asked = {"approvalId": id, "approve": True, "idempotencyKey": "d"} | input
    return (await ask.data(who, DECIDE, input=asked))["decideApproval"]


class TestAlone:
    async def test_within_the_limit_it_is_posted(self, ask: Desk, ada: Member) -> None:
        assert await adjust(ask, ada, 500) == {
            "entry": {
                "id": global_id("Entry", ada.id, 1),
                "kind": "ADJUST",
                "points": 500,
                "balanceAfter": 500,
                "description": "Adjusted: Goodwill",
                "expiresOn": "2027-06-30",
                "reason": "GOODWILL",
                "reference": None,
                "actor": {"kind": "AGENT", "id": "agent-1"},
            },
            "balance": {"available": 500, "revision": 1},
            "approval": None,
            "errors": [],
        }

    async def test_points_can_be_taken(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "120.00", id="o1")
        answer = await adjust(ask, ada, -20, reasonCode="CORRECTION", expectedRevision=1)
        assert (answer["entry"]["points"], answer["balance"]) == (-20, {"available": 100, "revision": 2})

    async def test_the_same_key_answers_the_same_entry_with_todays_balance(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        first = await adjust(ask, ada, 25)
        await buy(context, ada, "5.00", id="o1")
        async with unchanged(database):
            again = await adjust(ask, ada, 25)
        assert again == {**first, "balance": {"available": 30, "revision": 2}}

    async def test_the_limit_is_the_readers_own(self, ask: Desk, ada: Member) -> None:
        assert (await adjust(ask, ada, 5000, SUPERVISOR))["entry"]["points"] == 5000
        assert (await adjust(ask, ada, 5001, SUPERVISOR, idempotencyKey="l"))["approval"]["points"] == 5001
        assert (await adjust(ask, ada, 100_000, ADMIN, idempotencyKey="m"))["entry"]["points"] == 100_000

    async def test_refusals_change_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await buy(context, ada, "10.00", id="o1")
        await adjust(ask, ada, 5)
        cases: list[tuple[int, dict[str, Any], str, list[str] | None]] = [
            (6, {}, "IDEMPOTENCY_CONFLICT", ["idempotencyKey"]),
            (0, {"idempotencyKey": "n"}, "INVALID_INPUT", ["points"]),
            (10**12, {"idempotencyKey": "n"}, "INVALID_INPUT", ["points"]),
            (1, {"idempotencyKey": "n", "reasonCode": "WHIM"}, "INVALID_INPUT", ["reasonCode"]),
            (1, {"idempotencyKey": "n", "note": " "}, "INVALID_INPUT", ["note"]),
            (1, {"idempotencyKey": "n", "currency": "MILES"}, "INVALID_INPUT", ["currency"]),
            (1, {"idempotencyKey": " "}, "INVALID_INPUT", ["idempotencyKey"]),
            (1, {"idempotencyKey": "n", "expectedRevision": 1}, "STALE_REVISION", ["expectedRevision"]),
            (1, {"idempotencyKey": "n", "memberId": "x"}, "NOT_FOUND", ["memberId"]),
            (1, {"idempotencyKey": "n", "memberId": global_id("Member", "nobody")}, "NOT_FOUND", ["memberId"]),
            (-16, {"idempotencyKey": "n"}, "INSUFFICIENT_POINTS", None),
        ]
        for points, input, code, path in cases:
            async with unchanged(database):
                answer = await adjust(ask, ada, points, **input)
            (error,) = answer.pop("errors")
            assert answer == NOTHING, input
            assert (error["code"], error["path"]) == (code, path), input

    async def test_a_frozen_member_is_refused(self, ask: Desk, database: Database, ada: Member) -> None:
        await database["members"].update_one({"_id": ada.id}, {"$set": {"status": "FROZEN"}})
        async with unchanged(database):
            for points in (5, 5_000):
                answer = await adjust(ask, ada, points)
                assert [error["code"] for error in answer["errors"]] == ["MEMBER_NOT_ACTIVE"]


class TestWithASecondPerson:
    async def test_above_the_limit_nothing_moves_until_it_is_decided(self, ask: Desk, ada: Member) -> None:
        answer = await adjust(ask, ada, 501)
        approval = answer.pop("approval")
        assert answer == {"entry": None, "balance": None, "errors": []}
        id = approval.pop("id")
        assert approval == {
            "status": "PENDING",
            "kind": "ADJUSTMENT",
            "member": {"id": member_id(ada)},
            "points": 501,
            "currency": {"code": "POINTS"},
            "entry": None,
            "redemption": None,
            "reason": "GOODWILL",
            "requestedBy": {"kind": "AGENT", "id": "agent-1", "displayName": "Grace Agent"},
            "requestedAt": "2026-06-15T12:00:00.000Z",
            "decidedBy": None,
            "decidedAt": None,
        }
        me = "{ me { balance { available } } }"
        assert await ask.data(as_member(ada), me) == {"me": {"balance": {"available": 0}}}
        decided = await decide(ask, id, note="Fine.")
        assert decided["errors"] == []
        assert decided["entry"] == {"id": global_id("Entry", ada.id, 1), "points": 501, "actor": {"id": "super-1"}}
        assert decided["approval"]["status"] == "APPROVED"
        assert decided["approval"]["entry"] == {"id": global_id("Entry", ada.id, 1)}
        assert decided["approval"]["decidedBy"] == {"kind": "AGENT", "id": "super-1"}
        assert decided["approval"]["decidedAt"] == "2026-06-15T12:00:00.000Z"
        assert await ask.data(as_member(ada), me) == {"me": {"balance": {"available": 501}}}

    async def test_asked_again_it_is_the_same_request(self, ask: Desk, database: Database, ada: Member) -> None:
        first = await adjust(ask, ada, 501)
        async with unchanged(database):
            assert await adjust(ask, ada, 501) == first
            conflict = await adjust(ask, ada, 502)
        assert [error["code"] for error in conflict["errors"]] == ["IDEMPOTENCY_CONFLICT"]

    async def test_a_no_moves_nothing(self, ask: Desk, ada: Member) -> None:
        id = (await adjust(ask, ada, 501))["approval"]["id"]
        decided = await decide(ask, id, approve=False)
        assert (decided["approval"]["status"], decided["entry"], decided["errors"]) == ("REJECTED", None, [])
        data = await ask.data(as_member(ada), "{ me { balance { available revision } } }")
        assert data == {"me": {"balance": {"available": 0, "revision": 0}}}

    @pytest.mark.parametrize("approve", [True, False])
    async def test_deciding_again_with_the_same_key_answers_the_same(
        self, ask: Desk, database: Database, ada: Member, approve: bool
    ) -> None:
        id = (await adjust(ask, ada, 501))["approval"]["id"]
        first = await decide(ask, id, approve=approve)
        async with unchanged(database):
            assert await decide(ask, id, approve=approve) == first

    async def test_refusals_change_nothing(self, ask: Desk, database: Database, ada: Member) -> None:
        own = (await adjust(ask, ada, 5001, SUPERVISOR, idempotencyKey="own"))["approval"]["id"]
        done = (await adjust(ask, ada, 501))["approval"]["id"]
        taking = (await adjust(ask, ada, -5000, idempotencyKey="t"))["approval"]["id"]
        await decide(ask, done)
        cases: list[tuple[str, dict[str, Any], str, list[str] | None]] = [
            (own, {}, "FORBIDDEN", ["approvalId"]),
            (done, {"idempotencyKey": "n"}, "ALREADY_DECIDED", ["approvalId"]),
            (done, {"approve": False}, "IDEMPOTENCY_CONFLICT", ["idempotencyKey"]),
            (taking, {}, "INSUFFICIENT_POINTS", None),
            (own, {"idempotencyKey": ""}, "INVALID_INPUT", ["idempotencyKey"]),
            ("x", {}, "NOT_FOUND", ["approvalId"]),
            (global_id("Approval", "x"), {}, "NOT_FOUND", ["approvalId"]),
            (member_id(ada), {}, "NOT_FOUND", ["approvalId"]),
        ]
        for id, input, code, path in cases:
            async with unchanged(database):
                answer = await decide(ask, id, **input)
            assert answer == {"approval": None, "entry": None, "errors": [{"code": code, "path": path}]}, input


class TestApprovals:
    DOCUMENT = f"""query($status: ApprovalStatus! = PENDING, $first: Int, $after: String) {{
        approvals(status: $status, first: $first, after: $after) {{
            edges {{ node {{ {APPROVAL} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""

    async def test_by_status_and_in_pages(self, ask: Desk, ada: Member) -> None:
        ids = [(await adjust(ask, ada, 501 + n, idempotencyKey=f"k{n}"))["approval"]["id"] for n in range(3)]
        await decide(ask, ids[0])
        approved = (await ask.data(AGENT, self.DOCUMENT, status="APPROVED"))["approvals"]["edges"]
        assert [edge["node"]["id"] for edge in approved] == [ids[0]]
        seen: list[str] = []
        after = None
        for has_next in (True, False):
            page = (await ask.data(AGENT, self.DOCUMENT, first=1, after=after))["approvals"]
            seen += [edge["node"]["id"] for edge in page["edges"]]
            assert page["pageInfo"]["hasNextPage"] is has_next
            after = page["pageInfo"]["endCursor"]
        assert sorted(seen) == sorted(ids[1:])
        assert await ask.refusals(AGENT, self.DOCUMENT, after="x") == [("BAD_REQUEST", "approvals")]

    async def test_by_its_id_for_staff(self, ask: Desk, ada: Member) -> None:
        id = (await adjust(ask, ada, 501))["approval"]["id"]
        document = "query($id: ID!) { node(id: $id) { ... on Approval { points } } }"
        assert await ask.data(AGENT, document, id=id) == {"node": {"points": 501}}
        assert await ask.refusals(as_member(ada), document, id=id) == [("FORBIDDEN", "node")]
