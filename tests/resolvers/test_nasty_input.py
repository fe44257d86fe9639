"""Whatever text a caller puts wherever a text may stand: an answer or a refusal, never a fault."""

import base64
import json
from typing import Any

from domain.members.member import Member
from resolvers.ids import global_id
from services.identity import Identity
from tests.resolvers.conftest import Desk, member_id
from tests.support.people import ADMIN, AGENT, SERVICE, SUPERVISOR, as_member

TEXTS = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\u202e\ufeff",
    "$where",
    "{'$gt': ''}",
    ".*",
    "a.b",
    "x" * 10_000,
    "😀" * 300,
    "e\u0301" * 50,
    "-1",
    "9" * 400,
    "null",
    *(
        global_id(type, key)
        for type in (
            "Member",
            "Entry",
            "Balance",
            "Redemption",
            "Notification",
            "Approval",
            "Reward",
            "ProgramDraft",
            "Simulation",
        )
        for key in ("\x00", "a:b:c:d", ":", "x:1", "x:999999999999999", "x:POINTS:99999999999999", "😀")
    ),
    *(
        base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode().rstrip("=")
        for kind in (
            "entries",
            "members",
            "redemptions",
            "notifications",
            "approvals",
            "programDrafts",
            "board:lifetime",
        )
        for cursor in (
            [kind, 0],
            [kind, -5],
            [kind, 2**53 - 1],
            [kind, 2**53 - 1, "x"],
            [kind, -(2**53) + 1, ""],
            [kind, 0, "\x00"],
            [kind, 0, "\ud800"],
            [f"rewards:{kind}", 0, "x"],
        )
    ),
    *(
        base64.urlsafe_b64encode(json.dumps([f"rewards:{order}", value, "\x00"]).encode()).decode().rstrip("=")
        for order in ("FEATURED", "NEWEST", "COST_DESC")
        for value in (-1, 2**53 - 1)
    ),
    base64.urlsafe_b64encode(json.dumps(["rewards:FEATURED", 0, "\ud800"]).encode()).decode().rstrip("="),
]
PAGES = "edges { cursor } pageInfo { endCursor }"
QUERIES = [
    "query($t: ID!) { node(id: $t) { id ... on Balance { available lots { points } } ... on Entry { points } } }",
    "query($t: ID!) { nodes(ids: [$t]) { id } }",
    "query($t: ID!) { reward(id: $t) { title availability { redeemable } } }",
    f"query($t: String!) {{ rewards(after: $t) {{ {PAGES} }} }}",
    f"query($t: String!) {{ rewards(after: $t, orderBy: NEWEST) {{ {PAGES} }} }}",
    f"query($t: String!) {{ rewards(filter: {{search: $t, categories: [$t]}}) {{ totalCount {PAGES} }} }}",
    f"query($t: String!) {{ leaderboard(board: $t) {{ {PAGES} }} }}",
    f'query($t: String!) {{ leaderboard(board: "lifetime", after: $t) {{ {PAGES} }} }}',
]
AS_MEMBER = [
    *QUERIES,
    f"query($t: String!) {{ me {{ entries(after: $t) {{ {PAGES} }} redemptions(after: $t) {{ {PAGES} }}"
    f" tierHistory(after: $t) {{ {PAGES} }}"
    f" notifications(after: $t) {{ {PAGES} }} balance(currency: $t) {{ available }} }} }}",
    f"query($t: String!) {{ me {{ entries(filter: {{currency: $t}}) {{ {PAGES} }} }} }}",
    """mutation($t: ID!) { redeemReward(input: {rewardId: $t, idempotencyKey: "k"}) { errors { code } } }""",
    """mutation($t: String!) { redeemReward(input: {rewardId: "x", idempotencyKey: $t}) { errors { code } } }""",
    """mutation($t: String!) { transferPoints(input: {to: {email: $t}, points: 1, note: $t, currency: $t,
        idempotencyKey: $t}) { errors { code } } }""",
    """mutation($t: String!) { transferPoints(input: {to: {externalId: $t}, points: 1, note: $t,
        idempotencyKey: "k"}) { errors { code } } }""",
    """mutation($t: ID!) { transferPoints(input: {to: {id: $t}, points: 1, idempotencyKey: "k"}) {
        errors { code } } }""",
    "mutation($t: ID!) { markNotificationsRead(input: {ids: [$t]}) { errors { code } } }",
]
AS_STAFF = [
    *QUERIES,
    *(
        f"query($t: {type}!) {{ member(by: {{{name}: $t}}) {{ id }} }}"
        for name, type in (
            ("id", "ID"),
            ("email", "String"),
            ("phone", "String"),
            ("externalId", "String"),
            ("cardNumber", "String"),
        )
    ),
    f"query($t: String!) {{ members(search: $t) {{ totalCount {PAGES} }} }}",
    f"query($t: String!) {{ members(after: $t, filter: {{tier: $t}}) {{ {PAGES} }} }}",
    f"query($t: String!) {{ members(after: $t) {{ {PAGES} }} }}",
    f"query($t: String!) {{ approvals(after: $t) {{ {PAGES} }} }}",
    """mutation($t: ID!) { adjustPoints(input: {memberId: $t, points: 1, reasonCode: "GOODWILL", note: "n",
        idempotencyKey: "k"}) { errors { code } } }""",
    """mutation($t: String!, $ada: ID!) { adjustPoints(input: {memberId: $ada, points: 1, reasonCode: "GOODWILL",
        note: $t, idempotencyKey: $t}) { errors { code } } }""",
    """mutation($t: String!, $ada: ID!) { adjustPoints(input: {memberId: $ada, points: 1, reasonCode: $t,
        note: "n", currency: $t, idempotencyKey: "k"}) { errors { code } } }""",
    """mutation($t: ID!) { reverseEntry(input: {entryId: $t, reasonCode: "GOODWILL", idempotencyKey: "k"}) {
        errors { code } } }""",
    """mutation($t: String!, $ada: ID!) { reinstatePoints(input: {memberId: $ada, points: 1,
        reasonCode: "GOODWILL", note: $t, currency: $t, idempotencyKey: $t}) { errors { code } } }""",
    """mutation($t: String!, $ada: ID!) { extendPoints(input: {memberId: $ada, reasonCode: $t, note: $t,
        currency: $t, idempotencyKey: $t, until: "2027-01-01", expiresAt: "2026-12-01T00:00:00Z"}) {
        errors { code } } }""",
    """mutation($t: String!, $ada: ID!) { overrideTier(input: {memberId: $ada, tier: $t, note: $t, reasonCode: $t,
        idempotencyKey: $t, until: "2026-09-01T00:00:00Z"}) { errors { code } } }""",
    """mutation($t: String!, $ada: ID!) { overrideTier(input: {memberId: $ada, tier: "gold", note: $t,
        idempotencyKey: $t, until: "2026-09-01T00:00:00Z"}) { errors { code } } }""",
    """mutation($t: ID!) { decideApproval(input: {approvalId: $t, approve: true, idempotencyKey: "k"}) {
        errors { code } } }""",
]
AS_ADMIN = [
    f"query($t: String!) {{ programVersions(after: $t) {{ {PAGES} }} programDrafts(after: $t) {{ {PAGES} }} }}",
    "query($t: ID!) { programDraft(id: $t) { yaml status } }",
    """mutation($t: String!) { saveProgramDraft(input: {yaml: $t, note: $t}) {
        problems { line column path message excerpt } errors { code message } } }""",
    """mutation($t: String!) { publishProgram(input: {draftId: "x", idempotencyKey: $t}) { errors { code } } }""",
    """mutation($t: ID!) { publishProgram(input: {draftId: $t, idempotencyKey: "k"}) { errors { code } } }""",
    """mutation($t: ID!) { simulateProgram(input: {draftId: $t, idempotencyKey: "k"}) { errors { code } } }""",
    """mutation($t: String!) { simulateProgram(input: {draftId: "x", idempotencyKey: $t}) { errors { code } } }""",
    """mutation($t: ID!) { stopSimulation(input: {simulationId: $t}) { errors { code } } }""",
    "query($t: ID!) { simulation(id: $t) { id state } }",
    """mutation($t: ID!) { decideProgramPublication(input: {draftId: $t, approve: true, idempotencyKey: "k"}) {
        errors { code } } }""",
]
AS_SERVICE = [
    *QUERIES,
    """mutation($t: String!, $ada: ID!) { holdPoints(input: {member: {id: $ada}, points: 1, reference: $t,
        idempotencyKey: "k"}) { errors { code } } }""",
    """mutation($t: String!) { holdPoints(input: {member: {phone: $t}, points: 1, currency: $t,
        idempotencyKey: $t}) { errors { code } } }""",
    """mutation($t: ID!) { capturePoints(input: {holdId: $t, idempotencyKey: "k"}) { errors { code } } }""",
    """mutation($t: ID!) { voidHold(input: {holdId: $t, idempotencyKey: "k"}) { errors { code } } }""",
    """mutation($t: String!) { enrolMember(input: {externalId: $t, givenName: $t, familyName: $t, email: $t,
        phone: $t, locale: $t, timezone: $t, referralCode: $t}) { errors { code } } }""",
    "mutation($t: String!) { enrolMember(input: {externalId: $t}) { errors { code } } }",
    'mutation($t: String!) { enrolMember(input: {externalId: "n", givenName: $t}) { errors { code } } }',
    'mutation($t: JSON!) { enrolMember(input: {externalId: "j", attributes: $t}) { errors { code } } }',
    """mutation($t: String!, $ada: ID!) { recordEvents(input: {events: [
        {source: $t, id: $t, type: $t, channel: $t, member: {id: $ada}, occurredAt: "2026-06-01T00:00:00Z"}
        {source: "s", id: $t, type: "purchase", member: {externalId: $t}, occurredAt: "2026-06-01T00:00:00Z"}
        {source: "s", id: "i", type: "purchase", member: {id: $ada}, occurredAt: "2026-06-01T00:00:00Z",
         lines: [{sku: $t, category: $t, brand: $t, amount: "1.00"}]}
        {source: "t", id: "i", type: $t, currency: $t, member: {id: $ada}, occurredAt: "2026-06-01T00:00:00Z"}
    ]}) { results { accepted errors { code } } } }""",
]
PLAIN = [0, 1.5, -0.0, True, None, [], {}, [[[[[[1]]]]]], {"a": {"b": 2**63}}, {"\x00": 1}, {"a": 1e308}, {"": ""}]


async def never_a_fault(ask: Desk, who: Identity, documents: list[str], values: list[Any], ada: str) -> None:
    for document in documents:
        for value in values:
            variables = {"t": value} | ({"ada": ada} if "$ada" in document else {})
            body = await ask(who, document, **variables)
            codes = {error["extensions"]["code"] for error in body.get("errors", ())}
            assert codes <= {"BAD_REQUEST", "FORBIDDEN"}, (document, value, body)


class TestNastyInput:
    async def test_of_members(self, ask: Desk, ada: Member) -> None:
        await never_a_fault(ask, as_member(ada), AS_MEMBER, TEXTS, member_id(ada))

    async def test_of_staff(self, ask: Desk, ada: Member) -> None:
        await never_a_fault(ask, SUPERVISOR, AS_STAFF, TEXTS, member_id(ada))

    async def test_of_admins(self, ask: Desk, ada: Member) -> None:
        await never_a_fault(ask, ADMIN, AS_ADMIN, TEXTS, member_id(ada))

    async def test_of_services(self, ask: Desk, ada: Member) -> None:
        await never_a_fault(ask, SERVICE, AS_SERVICE, TEXTS, member_id(ada))

    async def test_json_of_every_kind(self, ask: Desk, ada: Member) -> None:
        enrol = 'mutation($t: JSON) { enrolMember(input: {externalId: "j", attributes: $t}) { errors { code } } }'
        await never_a_fault(ask, SERVICE, [enrol], PLAIN, member_id(ada))
        event = """mutation($t: JSON, $ada: ID!) { recordEvents(input: {events: [{source: "s", id: "i",
            type: "visit", member: {id: $ada}, occurredAt: "2026-06-01T00:00:00Z", attributes: $t}]}) {
            results { errors { code } } } }"""
        await never_a_fault(ask, SERVICE, [event], PLAIN, member_id(ada))

    async def test_times_at_the_ends_of_the_calendar(self, ask: Desk, ada: Member) -> None:
        document = """query($t: DateTime!) { me { balance(asOf: $t) { available id }
            entries(filter: {from: $t, to: $t}) { edges { cursor } } } }"""
        times = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"]
        await never_a_fault(ask, as_member(ada), [document], times, member_id(ada))
        joined = "query($t: DateTime!) { members(filter: {joinedAfter: $t, joinedBefore: $t}) { totalCount } }"
        await never_a_fault(ask, AGENT, [joined], times, member_id(ada))
        extend = """mutation($t: DateTime!, $ada: ID!) { extendPoints(input: {memberId: $ada, expiresAt: $t,
            until: "9999-12-31", reasonCode: "GOODWILL", note: "n", idempotencyKey: "k"}) { errors { code } } }"""
        await never_a_fault(ask, AGENT, [extend], times, member_id(ada))
        until = """mutation($t: Date!, $ada: ID!) { extendPoints(input: {memberId: $ada, until: $t,
            expiresAt: "2026-12-01T00:00:00Z", reasonCode: "GOODWILL", note: "n", idempotencyKey: "k"}) {
            errors { code } } }"""
        days = ["0001-01-01", "9999-12-31", "2026-02-29"]
        await never_a_fault(ask, AGENT, [until], days, member_id(ada))
        event = """mutation($t: DateTime!, $ada: ID!) { recordEvents(input: {events: [{source: "s", id: "i",
            type: "purchase", amount: "5.00", member: {id: $ada}, occurredAt: $t}]}) {
            results { errors { code } } } }"""
        await never_a_fault(ask, SERVICE, [event], [*times, "1970-01-01T00:00:00Z"], member_id(ada))
