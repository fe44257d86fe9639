"""Recording events: one answer an event, in order, and each counts once for ever."""

from typing import Any

from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from tests.resolvers.conftest import Desk, member_id
from tests.support.people import SERVICE, as_member
from tests.support.unchanged import unchanged

RECORD = """mutation($events: [EventInput!]!) { recordEvents(input: {events: $events}) { results {
    accepted duplicate errors { __typename code path }
    entries { id points description explanation { rule points } actor { kind id displayName } } } } }"""


def purchase(id: str = "o1", **changes: Any) -> dict[str, Any]:
    return {
        "source": "shop",
        "id": id,
        "type": "purchase",
        "member": {"externalId": "crm-ada"},
        "occurredAt": "2026-06-14T10:00:00+02:00",
        "amount": "12.50",
        "currency": "USD",
        "channel": "till",
        "lines": [
            {"sku": "1", "category": "BAKERY", "quantity": 2, "amount": "4.00"},
            {"sku": "2", "category": None, "amount": "8.50"},
        ],
        "attributes": {"till": 7},
    } | changes


async def record(ask: Desk, *events: dict[str, Any]) -> Any:
    return (await ask.data(SERVICE, RECORD, events=list(events)))["recordEvents"]["results"]


def entry_of(member: Member, seq: int = 1, points: int = 20) -> dict[str, Any]:
    return {
        "id": global_id("Entry", member.id, seq),
        "points": points,
        "description": "Purchase o1",
        "explanation": [{"rule": "spend", "points": points}],
        "actor": {"kind": "SERVICE", "id": "shop", "displayName": "shop"},
    }


class TestRecordEvents:
    async def test_a_purchase_earns(self, ask: Desk, ada: Member) -> None:
        assert await record(ask, purchase()) == [
            {"accepted": True, "duplicate": False, "errors": [], "entries": [entry_of(ada)]}
        ]
        data = await ask.data(as_member(ada), "{ me { balance { available } } }")
        assert data["me"]["balance"]["available"] == 20

    async def test_the_same_again_is_a_duplicate_with_the_same_entry(
        self, ask: Desk, database: Database, ada: Member
    ) -> None:
        await record(ask, purchase())
        async with unchanged(database):
            again = await record(ask, purchase(), purchase())
        assert again == [{"accepted": True, "duplicate": True, "errors": [], "entries": [entry_of(ada)]}] * 2

    async def test_twice_in_one_request_counts_once(self, ask: Desk, ada: Member) -> None:
        results = await record(ask, purchase(), purchase())
        assert [result["duplicate"] for result in results] == [False, True]
        assert [result["entries"] for result in results] == [[entry_of(ada)]] * 2

    async def test_other_content_under_the_same_id_is_refused(
        self, ask: Desk, database: Database, ada: Member
    ) -> None:
        await record(ask, purchase())
        async with unchanged(database):
            (result,) = await record(ask, purchase(amount="12.51"))
        assert result == {
            "accepted": False,
            "duplicate": False,
            "entries": [],
            "errors": [
                {"__typename": "GenericUserError", "code": "IDEMPOTENCY_CONFLICT", "path": ["events", "0", "id"]}
            ],
        }

    async def test_one_refused_event_leaves_the_others(self, ask: Desk, ada: Member) -> None:
        results = await record(
            ask,
            purchase("o0", member={"externalId": "nobody"}),
            purchase("o1"),
            purchase("o2", occurredAt="2026-06-15T13:00:00Z"),
            purchase("o3", lines=[{"sku": "1", "amount": "0.001"}]),
            purchase("o4", member={"id": member_id(ada)}, type="visit", amount=None, currency=None, lines=None),
            purchase("o5", type="stroll", attributes=None, channel=None),
        )
        assert [result["accepted"] for result in results] == [False, True, False, False, True, True]
        assert [[entry["points"] for entry in result["entries"]] for result in results] == [
            [],
            [20],
            [],
            [],
            [5],
            [],
        ]
        refusals = [(error["code"], error["path"]) for result in results for error in result["errors"]]
        assert refusals == [
            ("NOT_FOUND", ["events", "0", "member"]),
            ("INVALID_INPUT", ["events", "2", "occurredAt"]),
            ("INVALID_INPUT", ["events", "3", "lines", "0", "amount"]),
        ]

    async def test_refused_events_change_nothing(self, ask: Desk, database: Database, ada: Member) -> None:
        async with unchanged(database):
            results = await record(
                ask,
                purchase(source=""),
                purchase(source="a|b"),
                purchase(id=" "),
                purchase(type=""),
                purchase(currency="EUR"),
                purchase(amount="-1.00"),
                purchase(attributes=[1]),
                purchase(occurredAt="1901-01-01T00:00:00Z"),
                purchase(member={"id": "x"}),
            )
        assert [result["errors"][0]["code"] for result in results] == ["INVALID_INPUT"] * 8 + ["NOT_FOUND"]

    async def test_no_more_than_500(self, ask: Desk, database: Database, ada: Member) -> None:
        assert await record(ask) == []
        events = [purchase(f"o{number}", amount="1.00", lines=[]) for number in range(501)]
        async with unchanged(database):
            assert await ask.refusals(SERVICE, RECORD, events=events) == [("BAD_REQUEST", "recordEvents")]
        results = await record(ask, *events[:500])
        assert [result["entries"][0]["points"] for result in results] == [1] * 500

    async def test_bad_money_and_times_are_bad_requests(self, ask: Desk, database: Database, ada: Member) -> None:
        async with unchanged(database):
            for changes in (
                {"amount": "NaN"},
                {"amount": "1e9"},
                {"amount": 1.5},
                {"occurredAt": "2026-06-14T10:00:00"},
            ):
                assert await ask.refusals(SERVICE, RECORD, events=[purchase(**changes)]) == [("BAD_REQUEST", "")]


class TestOrders:
    async def test_a_refund_takes_back_what_the_returned_lines_earned(self, ask: Desk, ada: Member) -> None:
        lines = [{"sku": "1", "quantity": 1, "amount": "2.00"}]
        [_, result] = await record(
            ask,
            purchase(),
            purchase("r1", type="refund", amount=None, lines=lines, attributes={"order": "o1"}),
        )
        [entry] = result["entries"]
        assert (entry["points"], entry["description"]) == (-6, "Refund r1")
        assert entry["explanation"] == [{"rule": "reversal", "points": -6}]
        data = await ask.data(as_member(ada), "{ me { balance { available lifetimeEarned } } }")
        assert data["me"]["balance"] == {"available": 14, "lifetimeEarned": 20}

    async def test_its_refusals_point_at_the_line_and_at_the_order(self, ask: Desk, ada: Member) -> None:
        wrong = [{"sku": "1", "quantity": 3, "amount": "4.00"}]
        await record(ask, purchase())
        results = await record(
            ask,
            purchase("r1", type="refund", amount=None, lines=wrong, attributes={"order": "o1"}),
            purchase("r2", type="refund", attributes={"order": "o2"}),
            purchase("r3", type="refund", attributes={}),
        )
        assert [(error["code"], error["path"]) for result in results for error in result["errors"]] == [
            ("INVALID_INPUT", ["events", "0", "lines", "0", "quantity"]),
            ("NOT_FOUND", ["events", "1", "attributes", "order"]),
            ("INVALID_INPUT", ["events", "2", "attributes", "order"]),
        ]
