"""A member's entries: every field exactly, filters, pages."""

from datetime import timedelta
from typing import Any

from domain.members.member import Member
from resolvers.ids import global_id
from services.context import Context
from services.rewards.redeem_reward import RedeemReward, redeem_reward
from tests.resolvers.conftest import Desk, member_id
from tests.support.house import NOON, Clock
from tests.support.people import AGENT, as_member, buy

ENTRY = """
    id sequence kind points pendingChange heldChange currency { code } balanceAfter description
    occurredAt effectiveAt recordedAt expiresAt expiresOn releasesAt
    explanation { rule ruleVersion points because } lots { points expiresAt expiresOn }
    actor { kind id displayName } reason reference reverses { id } reversedBy { id } receipt { hash previousHash }
"""
ADJUST = """mutation($id: ID!) { adjustPoints(input: {memberId: $id, points: 25, reasonCode: "GOODWILL",
    note: "Sorry", idempotencyKey: "a"}) { entry { id } errors { code } } }"""


async def a_life(context: Context, ask: Desk, member: Member, clock: Clock) -> None:
    """Earn 500 backdated, redeem 150, be given 25, and earn 10 after what was left of the 500 has expired."""
    await buy(context, member, "500.00", id="o1", at=NOON - timedelta(days=330))
    await redeem_reward(context, as_member(member).actor(), RedeemReward(member.id, "coffee", "r"))
    await ask.data(AGENT, ADJUST, id=member_id(member))
    clock.advance(days=60)
    await buy(context, member, "10.00", id="o2")


async def entries(ask: Desk, member: Member, arguments: str = "", fields: str = "sequence") -> list[Any]:
    document = f"{{ me {{ entries{arguments} {{ edges {{ node {{ {fields} }} }} }} }} }}"
    data = await ask.data(as_member(member), document)
    return [edge["node"] for edge in data["me"]["entries"]["edges"]]


class TestFields:
    async def test_an_award(self, context: Context, ask: Desk, ada: Member) -> None:
        entry = await buy(context, ada, "500.00", id="o1", at=NOON - timedelta(days=330))
        (node,) = await entries(ask, ada, fields=ENTRY)
        assert node == {
            "id": global_id("Entry", ada.id, 1),
            "sequence": 1,
            "kind": "EARN",
            "points": 500,
            "pendingChange": 0,
            "heldChange": 0,
            "currency": {"code": "POINTS"},
            "balanceAfter": 500,
            "description": "Purchase o1",
            "occurredAt": "2025-07-20T12:00:00.000Z",
            "effectiveAt": "2025-07-20T12:00:00.000Z",
            "recordedAt": "2026-06-15T12:00:00.000Z",
            "expiresAt": "2026-08-01T04:00:00.000Z",
            "expiresOn": "2026-07-31",
            "releasesAt": None,
            "explanation": [
                {
                    "rule": "spend",
                    "ruleVersion": 1,
                    "points": 500,
                    "because": "500.00 USD at 1 point for each 1.00: 500",
                }
            ],
            "lots": [{"points": 500, "expiresAt": "2026-08-01T04:00:00.000Z", "expiresOn": "2026-07-31"}],
            "actor": {"kind": "SERVICE", "id": None, "displayName": None},
            "reason": "purchase",
            "reference": "shop/o1",
            "reverses": None,
            "reversedBy": [],
            "receipt": {"hash": entry.hash.hex(), "previousHash": None},
        }

    async def test_every_kind_in_words_and_numbers(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        await a_life(context, ask, ada, clock)
        fields = "sequence kind points balanceAfter description expiresOn lots { points expiresOn } actor { kind }"
        shown = await entries(ask, ada, fields=fields)
        keys = ("sequence", "kind", "points", "balanceAfter", "description", "expiresOn")
        assert [tuple(node[key] for key in keys) for node in shown] == [
            (5, "EARN", 10, 35, "Purchase o2", "2027-08-31"),
            (4, "EXPIRE", -350, 25, "Expired: could be spent until 31 July 2026", None),
            (3, "ADJUST", 25, 375, "Adjusted: Goodwill", "2027-06-30"),
            (2, "REDEEM", -150, 350, "Redeemed: A cup of coffee", None),
            (1, "EARN", 500, 500, "Purchase o1", "2026-07-31"),
        ]
        assert [node["actor"]["kind"] for node in shown] == ["SERVICE", "SYSTEM", "AGENT", "MEMBER", "SERVICE"]
        assert shown[3]["lots"] == [{"points": -150, "expiresOn": "2026-07-31"}]

    async def test_receipts_link_each_entry_to_the_one_before(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        await a_life(context, ask, ada, clock)
        receipts = [node["receipt"] for node in await entries(ask, ada, fields="receipt { hash previousHash }")]
        assert [one["previousHash"] for one in receipts] == [one["hash"] for one in receipts[1:]] + [None]

    async def test_a_member_reads_their_own_name(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        await a_life(context, ask, ada, clock)
        (spent,) = await entries(ask, ada, "(filter: {kinds: [REDEEM]})", "actor { kind id displayName }")
        assert spent["actor"] == {"kind": "MEMBER", "id": member_id(ada), "displayName": "Ada Lovelace"}


class TestFilter:
    async def test_each_and_together(self, context: Context, ask: Desk, ada: Member, clock: Clock) -> None:
        await a_life(context, ask, ada, clock)
        expected = {
            "{kinds: [EARN]}": [5, 1],
            "{kinds: [EARN, ADJUST]}": [5, 3, 1],
            "{kinds: []}": [5, 4, 3, 2, 1],
            "{kinds: null, currency: null, from: null, to: null}": [5, 4, 3, 2, 1],
            "{kinds: [HOLD, REVERSE]}": [],
            '{currency: "POINTS"}': [5, 4, 3, 2, 1],
            '{from: "2026-06-15T12:00:00Z"}': [5, 4, 3, 2],
            '{to: "2026-06-15T12:00:00Z"}': [1],
            '{from: "2026-06-15T12:00:00Z", to: "2026-08-01T04:00:00Z"}': [3, 2],
            '{kinds: [EARN], from: "2026-01-01T00:00:00Z"}': [5],
        }
        for filter, sequences in expected.items():
            shown = await entries(ask, ada, f"(filter: {filter})")
            assert [node["sequence"] for node in shown] == sequences, filter

    async def test_an_unknown_currency_is_a_bad_request(self, ask: Desk, ada: Member) -> None:
        document = '{ me { entries(filter: {currency: "MILES"}) { edges { cursor } } } }'
        assert await ask.refusals(as_member(ada), document) == [("BAD_REQUEST", "me.entries")]


class TestPages:
    async def test_walking_shows_each_entry_once(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        await a_life(context, ask, ada, clock)
        document = """query($after: String) { me { entries(first: 2, after: $after) {
            edges { cursor node { sequence } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
        seen, after, pages = [], None, []
        while True:
            page = (await ask.data(as_member(ada), document, after=after))["me"]["entries"]
            seen += [edge["node"]["sequence"] for edge in page["edges"]]
            info = page["pageInfo"]
            assert (info["startCursor"], info["endCursor"]) == (
                page["edges"][0]["cursor"],
                page["edges"][-1]["cursor"],
            )
            pages.append((info["hasPreviousPage"], info["hasNextPage"]))
            after = info["endCursor"]
            if not info["hasNextPage"]:
                break
        assert seen == [5, 4, 3, 2, 1]
        assert pages == [(False, True), (True, True), (True, False)]

    async def test_bad_pages_are_bad_requests(self, ask: Desk, ada: Member) -> None:
        for arguments in ("first: 0", "first: 101", "first: -1", 'after: "x"', 'after: ""'):
            document = f"{{ me {{ entries({arguments}) {{ edges {{ cursor }} }} }} }}"
            assert await ask.refusals(as_member(ada), document) == [("BAD_REQUEST", "me.entries")], arguments


class TestNode:
    async def test_an_entry_by_its_id(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "500.00", id="o1")
        document = "query($id: ID!) { node(id: $id) { __typename ... on Entry { points } } }"
        found = {"node": {"__typename": "Entry", "points": 500}}
        assert await ask.data(as_member(ada), document, id=global_id("Entry", ada.id, 1)) == found
        assert await ask.data(AGENT, document, id=global_id("Entry", ada.id, 1)) == found
        assert await ask.data(AGENT, document, id=global_id("Entry", ada.id, 2)) == {"node": None}
        assert await ask.data(AGENT, document, id=global_id("Entry", ada.id, "x")) == {"node": None}
