"""Staff give tiers and end them: once a key, with what they wrote kept beside the ledger, or nothing changes."""

from datetime import timedelta
from typing import Any

from domain.members.member import Member
from domain.tiers.terms import Terms
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from services.identity import Identity
from services.tiers.lapse import lapse_due
from tests.resolvers.conftest import Desk, member_id
from tests.support.house import NOON, Clock
from tests.support.people import ADMIN, SUPERVISOR, as_member, buy
from tests.support.unchanged import unchanged

UNTIL = "2026-09-01T00:00:00.000Z"
TIER = """tier { tier { code } since validUntil graceUntil override { tier { code } until } next { tier { code } }
    keep { remaining by } }"""
OVERRIDE = f"""mutation($input: OverrideTierInput!) {{ overrideTier(input: $input) {{
    member {{ id {TIER} }} entry {{ id kind points description reason actor {{ kind id }} }}
    errors {{ code path }} }} }}"""
HISTORY = """query($id: ID!, $first: Int, $after: String) { member(by: {id: $id}) {
    tierHistory(first: $first, after: $after) { pageInfo { hasNextPage endCursor }
    edges { node { code tier { code } since until entry { sequence kind } by { kind id } } } } } }"""


async def override(ask: Desk, member: Member, who: Identity = SUPERVISOR, **input: Any) -> Any:
    asked = {
        "memberId": member_id(member),
        "tier": "gold",
        "until": UNTIL,
        "note": "Moved over from the partner's programme.",
        "idempotencyKey": "k",
    } | input
    return (await ask.data(who, OVERRIDE, input={k: v for k, v in asked.items() if v is not None}))["overrideTier"]


class TestGiving:
    async def test_it_stands_at_once_and_says_until_when(self, context: Context, ask: Desk, ada: Member) -> None:
        assert await override(ask, ada, reasonCode="GOODWILL") == {
            "member": {
                "id": member_id(ada),
                "tier": {
                    "tier": {"code": "gold"},
                    "since": "2026-06-15T12:00:00.000Z",
                    "validUntil": UNTIL,
                    "graceUntil": None,
                    "override": {"tier": {"code": "gold"}, "until": UNTIL},
                    "next": None,
                    "keep": {"remaining": "4000", "by": UNTIL},
                },
            },
            "entry": {
                "id": global_id("Entry", ada.id, 1),
                "kind": "TIER",
                "points": 0,
                "description": "Gold given until 31 August 2026: Goodwill",
                "reason": "GOODWILL",
                "actor": {"kind": "AGENT", "id": "super-1"},
            },
            "errors": [],
        }
        head = await context.ledger.head(ada.id)
        (note,) = (await context.notes.get_many([(ada.id, "client:agent:k")])).values()
        assert note == "Moved over from the partner's programme."
        assert (head.seq, head.after.accounts["POINTS"].earned) == (1, 0)

    async def test_it_may_be_below_what_qualifies(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "2000.00", id="o1")
        answer = await override(ask, ada, tier="bronze")
        assert answer["member"]["tier"]["tier"] == {"code": "bronze"}
        assert answer["member"]["tier"]["validUntil"] == UNTIL

    async def test_awards_count_by_it(self, context: Context, ask: Desk, ada: Member) -> None:
        await override(ask, ada)
        entry = await buy(context, ada, "100.00", id="o1")
        assert entry.points == 150

    async def test_the_same_key_gives_once(self, ask: Desk, database: Database, ada: Member, clock: Clock) -> None:
        first = await override(ask, ada)
        clock.advance(days=400)
        async with unchanged(database):
            again = await override(ask, ada)
        assert again["entry"] == first["entry"]
        assert again["member"]["tier"]["tier"] == {"code": "bronze"}

    async def test_a_later_one_takes_its_place(self, ask: Desk, ada: Member, clock: Clock) -> None:
        await override(ask, ada)
        clock.advance(days=1)
        tier = (await override(ask, ada, tier="silver", idempotencyKey="l"))["member"]["tier"]
        assert (tier["tier"], tier["since"]) == ({"code": "silver"}, "2026-06-16T12:00:00.000Z")

    async def test_when_its_time_is_over_what_qualifies_stands(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        await buy(context, ada, "2000.00", id="o1")
        await override(ask, ada)
        clock.advance(days=90)
        tier = (await ask.data(as_member(ada), f"{{ me {{ {TIER} }} }}"))["me"]["tier"]
        assert (tier["tier"], tier["since"], tier["override"]) == ({"code": "silver"}, UNTIL, None)


class TestEnding:
    async def test_one_can_be_ended_early(self, ask: Desk, ada: Member, clock: Clock) -> None:
        await override(ask, ada)
        clock.advance(days=1)
        answer = await override(ask, ada, ADMIN, tier=None, until=None, idempotencyKey="l")
        tier = answer["member"]["tier"]
        assert (tier["tier"], tier["since"]) == ({"code": "bronze"}, "2026-06-16T12:00:00.000Z")
        assert tier["override"] is None
        assert answer["entry"]["description"] == "Bronze, as no other tier is given any more"

    async def test_what_nobody_gave_cannot_end(self, ask: Desk, database: Database, ada: Member) -> None:
        async with unchanged(database):
            answer = await override(ask, ada, tier=None, until=None)
        assert answer["errors"] == [{"code": "INVALID_INPUT", "path": ["tier"]}]


class TestRefusals:
    async def test_they_change_nothing(self, ask: Desk, database: Database, ada: Member) -> None:
        await override(ask, ada)
        new = {"idempotencyKey": "n"}
        cases: list[tuple[dict[str, Any], str, list[str]]] = [
            ({"tier": "silver"}, "IDEMPOTENCY_CONFLICT", ["idempotencyKey"]),
            ({"until": "2026-09-02T00:00:00Z"}, "IDEMPOTENCY_CONFLICT", ["idempotencyKey"]),
            ({**new, "tier": "diamond"}, "INVALID_INPUT", ["tier"]),
            ({**new, "until": None}, "INVALID_INPUT", ["until"]),
            ({**new, "until": "2026-06-15T12:00:00Z"}, "INVALID_INPUT", ["until"]),
            ({**new, "until": "2036-06-24T00:00:00Z"}, "INVALID_INPUT", ["until"]),
            ({**new, "tier": None}, "INVALID_INPUT", ["until"]),
            ({**new, "note": " "}, "INVALID_INPUT", ["note"]),
            ({**new, "reasonCode": "WHIM"}, "INVALID_INPUT", ["reasonCode"]),
            ({"idempotencyKey": " "}, "INVALID_INPUT", ["idempotencyKey"]),
            ({**new, "memberId": "x"}, "NOT_FOUND", ["memberId"]),
            ({**new, "memberId": global_id("Member", "nobody")}, "NOT_FOUND", ["memberId"]),
        ]
        for input, code, path in cases:
            async with unchanged(database):
                answer = await override(ask, ada, **input)
            assert answer["errors"] == [{"code": code, "path": path}], input
            assert (answer["member"], answer["entry"]) == (None, None)

    async def test_a_frozen_member_is_refused(self, ask: Desk, database: Database, ada: Member) -> None:
        await database["members"].update_one({"_id": ada.id}, {"$set": {"status": "FROZEN"}})
        async with unchanged(database):
            answer = await override(ask, ada)
        assert [error["code"] for error in answer["errors"]] == ["MEMBER_NOT_ACTIVE"]


class TestHistory:
    async def test_newest_first_with_why_and_by_whom(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        await buy(context, ada, "2000.00", id="o1")
        clock.advance(days=1)
        await override(ask, ada)
        entries = await context.ledger.since(ada.id, 0)
        terms = Terms.of(await context.programs.current())
        await context.accounts.put_newest(entries, currency="POINTS", terms=terms)
        clock.now = NOON + timedelta(days=100)
        assert await lapse_due(context, clock()) == 1

        id = member_id(ada)
        first = (await ask.data(SUPERVISOR, HISTORY, id=id, first=2))["member"]["tierHistory"]
        rest = (await ask.data(SUPERVISOR, HISTORY, id=id, after=first["pageInfo"]["endCursor"]))["member"]

        assert [edge["node"] for edge in first["edges"]] == [
            {
                "code": "silver",
                "tier": {"code": "silver"},
                "since": UNTIL,
                "until": None,
                "entry": {"sequence": 3, "kind": "TIER"},
                "by": {"kind": "SYSTEM", "id": None},
            },
            {
                "code": "gold",
                "tier": {"code": "gold"},
                "since": "2026-06-16T12:00:00.000Z",
                "until": UNTIL,
                "entry": {"sequence": 2, "kind": "TIER"},
                "by": {"kind": "AGENT", "id": "super-1"},
            },
        ]
        assert first["pageInfo"]["hasNextPage"] is True
        assert [edge["node"]["code"] for edge in rest["tierHistory"]["edges"]] == ["silver"]

    async def test_members_read_their_own_and_not_who_of_staff_it_was(self, ask: Desk, ada: Member) -> None:
        await override(ask, ada)
        document = "{ me { tierHistory { edges { node { code by { kind id } } } } } }"
        (edge,) = (await ask.data(as_member(ada), document))["me"]["tierHistory"]["edges"]
        assert edge["node"] == {"code": "gold", "by": {"kind": "AGENT", "id": None}}
