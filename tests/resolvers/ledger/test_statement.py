"""Statements: every field, pages, and what is refused."""

from typing import Any

from domain.members.member import Member
from resolvers.ids import global_id
from tests.resolvers.conftest import Desk
from tests.support.house import Clock
from tests.support.people import SERVICE, as_member


class TestStatement:
    STATEMENT = """query($id: ID!, $from: DateTime!, $to: DateTime!, $currency: String, $after: String) {
        member(by: {id: $id}) { statement(from: $from, to: $to, currency: $currency) {
            from to currency { code } opening { available pending held debt }
            closing { available pending held debt }
            totals { kind count points pendingChange heldChange debtChange }
            lines(first: 3, after: $after) {
                edges { node { sequence kind points pendingChange heldChange debtChange description effectiveAt
                    balance { available pending held debt } entry { id } } }
                pageInfo { hasNextPage endCursor } } } } }"""

    async def statement(self, ask: Desk, member: Member, **variables: Any) -> Any:
        data = await ask.data(SERVICE, self.STATEMENT, id=global_id("Member", member.id), **variables)
        return data["member"]["statement"]

    async def test_a_period_with_steps_that_no_entry_says_yet(self, ask: Desk, busy: Member, clock: Clock) -> None:
        clock.advance(days=60)
        variables = {"from": "2026-06-15T12:00:00Z", "to": "2026-07-15T00:00:00Z", "currency": "POINTS"}
        found = await self.statement(ask, busy, **variables)
        nothing = {"available": 0, "pending": 0, "held": 0, "debt": 0}
        assert found["opening"] == nothing
        assert found["closing"] == {"available": 120, "pending": 80, "held": 0, "debt": 0}
        totals = {total["kind"]: (total["count"], total["points"]) for total in found["totals"]}
        assert totals == {
            "EARN": (1, 300),
            "PENDING": (2, 0),
            "RELEASE": (1, 120),
            "EXPIRE": (1, -160),
            "HOLD": (2, -230),
            "CAPTURE": (1, 150),
            "VOID": (1, 30),
            "REVERSE": (1, -90),
        }
        lines, page = [], found["lines"]
        while True:
            lines += [edge["node"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            page = (await self.statement(ask, busy, **variables, after=page["pageInfo"]["endCursor"]))["lines"]
        assert [line["sequence"] for line in lines] == [1, 2, 3, 4, 5, 6, 7, 8, None, None]
        assert sum(line["points"] for line in lines) == 120
        assert lines[-1] == {
            "sequence": None,
            "kind": "EXPIRE",
            "points": -160,
            "pendingChange": 0,
            "heldChange": 0,
            "debtChange": 0,
            "description": "Expired: could be spent until 30 June 2026",
            "effectiveAt": "2026-07-01T04:00:00.000Z",
            "balance": {"available": 120, "pending": 80, "held": 0, "debt": 0},
            "entry": None,
        }

    async def test_bad_periods_and_currencies_are_bad_requests(self, ask: Desk, ada: Member) -> None:
        asked = [
            '(from: "2026-06-01T00:00:00Z", to: "2026-06-15T12:00:00.001Z")',
            '(from: "2026-06-01T00:00:00Z", to: "2026-06-01T00:00:00Z")',
            '(from: "2026-05-01T00:00:00Z", to: "2026-06-01T00:00:00Z", currency: "MILES")',
        ]
        for arguments in asked:
            document = f"{{ me {{ status statement{arguments} {{ opening {{ held }} }} }} }}"
            assert await ask.refusals(as_member(ada), document) == [("BAD_REQUEST", "me.statement")], arguments
        bad_page = """{ me { statement(from: "2026-05-01T00:00:00Z", to: "2026-06-01T00:00:00Z") {
            lines(after: "x") { edges { cursor } } } } }"""
        assert await ask.refusals(as_member(ada), bad_page) == [("BAD_REQUEST", "me.statement.lines")]
