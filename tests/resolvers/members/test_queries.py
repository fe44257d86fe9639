"""Who asks, and finding members."""

from dataclasses import replace
from datetime import timedelta

from domain.members.member import Member
from domain.tiers.standing import mark_after
from resolvers.ids import global_id
from services.context import Context
from tests.resolvers.conftest import Desk, member_id
from tests.support.house import NOON, Clock
from tests.support.people import ADMIN, AGENT, SERVICE, SUPERVISOR, as_member, buy, enrol

VIEWER = "{ viewer { actor { kind id displayName } roles member { id } adjustmentLimit } }"


class TestViewer:
    async def test_a_member(self, ask: Desk, ada: Member) -> None:
        assert await ask.data(as_member(ada), VIEWER) == {
            "viewer": {
                "actor": {"kind": "MEMBER", "id": member_id(ada), "displayName": "Ada Lovelace"},
                "roles": ["member"],
                "member": {"id": member_id(ada)},
                "adjustmentLimit": None,
            }
        }

    async def test_staff_and_services(self, ask: Desk) -> None:
        answers = [(await ask.data(who, VIEWER))["viewer"] for who in (AGENT, SUPERVISOR, ADMIN, SERVICE)]
        assert [answer["roles"] for answer in answers] == [
            ["agent"],
            ["agent", "supervisor"],
            ["agent", "supervisor", "admin"],
            ["service"],
        ]
        assert [answer["adjustmentLimit"] for answer in answers] == [500, 5000, None, None]
        assert [answer["member"] for answer in answers] == [None] * 4
        assert [tuple(answer["actor"].values()) for answer in answers] == [
            ("AGENT", "agent-1", "Grace Agent"),
            ("AGENT", "super-1", "Sue Pervisor"),
            ("AGENT", "admin-1", None),
            ("SERVICE", "shop", "shop"),
        ]


class TestMe:
    async def test_every_plain_field(self, ask: Desk, ada: Member) -> None:
        document = """{ me { id externalId cardNumber referralCode status joinedAt
            profile { displayName givenName familyName email phone birthday locale timezone attributes } } }"""
        assert await ask.data(as_member(ada), document) == {
            "me": {
                "id": global_id("Member", ada.id),
                "externalId": "crm-ada",
                "cardNumber": ada.card_number,
                "referralCode": ada.referral_code,
                "status": "ACTIVE",
                "joinedAt": "2026-06-15T12:00:00.000Z",
                "profile": {
                    "displayName": "Ada Lovelace",
                    "givenName": "Ada",
                    "familyName": "Lovelace",
                    "email": "Ada@example.com",
                    "phone": None,
                    "birthday": None,
                    "locale": "en",
                    "timezone": "America/New_York",
                    "attributes": {},
                },
            }
        }

    async def test_a_token_of_nobody_who_exists(self, ask: Desk, ada: Member) -> None:
        ghost = as_member(replace(ada, id="00000000000000000000"))
        assert await ask.data(ghost, "{ me { id } }") == {"me": None}


class TestTier:
    DOCUMENT = """{ me { tier { tier { code name rank metric threshold multiplier benefits } since validUntil
        qualifying next { tier { code } required remaining by }
        keep { tier { code } required remaining by } } } }"""

    async def test_the_lowest_from_the_start(self, ask: Desk, ada: Member) -> None:
        assert (await ask.data(as_member(ada), self.DOCUMENT))["me"]["tier"] == {
            "tier": {
                "code": "bronze",
                "name": "Bronze",
                "rank": 0,
                "metric": "points",
                "threshold": "0",
                "multiplier": "1",
                "benefits": ["A point for every dollar"],
            },
            "since": "2026-06-15T12:00:00.000Z",
            "validUntil": None,
            "qualifying": "0",
            "next": {
                "tier": {"code": "silver"},
                "required": "1500",
                "remaining": "1500",
                "by": "2027-01-01T05:00:00.000Z",
            },
            "keep": None,
        }

    async def test_reached_kept_and_lost(self, context: Context, ask: Desk, ada: Member, clock: Clock) -> None:
        await buy(context, ada, "2000.00", id="o1")
        standing = (await ask.data(as_member(ada), self.DOCUMENT))["me"]["tier"]
        assert standing["tier"]["code"] == "silver"
        assert standing["since"] == "2026-06-15T12:00:00.000Z"
        assert standing["validUntil"] == "2028-01-01T05:00:00.000Z"
        assert standing["keep"] == {
            "tier": {"code": "silver"},
            "required": "1500",
            "remaining": "0",
            "by": "2027-01-01T05:00:00.000Z",
        }
        assert standing["next"]["remaining"] == "2000"
        clock.advance(days=600)
        standing = (await ask.data(as_member(ada), self.DOCUMENT))["me"]["tier"]
        assert (standing["tier"]["code"], standing["since"]) == ("bronze", "2028-01-01T05:00:00.000Z")


class TestMember:
    async def test_by_each_name(self, context: Context, ask: Desk, ada: Member) -> None:
        document = "query($by: MemberLookup!) { member(by: $by) { id } }"
        names = [
            {"id": member_id(ada)},
            {"externalId": "crm-ada"},
            {"email": "ADA@example.COM"},
            {"cardNumber": " ".join(ada.card_number[at : at + 4] for at in range(0, 16, 4))},
        ]
        for by in names:
            for who in (AGENT, SERVICE):
                assert await ask.data(who, document, by=by) == {"member": {"id": member_id(ada)}}

    async def test_a_name_of_nobody_is_null(self, ask: Desk, ada: Member) -> None:
        document = "query($by: MemberLookup!) { member(by: $by) { id } }"
        nobody = [{"id": "x"}, {"id": global_id("Reward", ada.id)}, {"externalId": "crm-bob"}, {"phone": "1"}]
        for by in nobody:
            assert await ask.data(AGENT, document, by=by) == {"member": None}

    async def test_a_lookup_is_exactly_one_name(self, ask: Desk) -> None:
        document = "query($by: MemberLookup!) { member(by: $by) { id } }"
        for by in ({}, {"id": "x", "email": "y@example.com"}, {"id": None}):
            body = await ask(AGENT, document, by=by)
            assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_REQUEST"], by
        for literal in ("{}", '{id: "x", email: "y@example.com"}', "{id: null}"):
            body = await ask(AGENT, f"{{ member(by: {literal}) {{ id }} }}")
            assert {error["extensions"]["code"] for error in body["errors"]} == {"BAD_REQUEST"}, literal
        data = await ask.data(AGENT, '{ __type(name: "MemberLookup") { isOneOf } }')
        assert data == {"__type": {"isOneOf": True}}


class TestMembers:
    DOCUMENT = """query($search: String, $filter: MemberFilter, $first: Int, $after: String) {
        members(search: $search, filter: $filter, first: $first, after: $after) {
            totalCount edges { cursor node { externalId } } pageInfo { hasNextPage endCursor } } }"""

    async def names(self, ask: Desk, **variables: object) -> tuple[int, list[str]]:
        found = (await ask.data(AGENT, self.DOCUMENT, **variables))["members"]
        return found["totalCount"], [edge["node"]["externalId"] for edge in found["edges"]]

    async def joined(self, context: Context, clock: Clock) -> None:
        for name in ("Ada", "Alan", "Grace"):
            await enrol(context, name)
            clock.advance(days=1)

    async def test_search_and_filter(self, context: Context, ask: Desk, clock: Clock) -> None:
        await self.joined(context, clock)
        everyone = ["crm-grace", "crm-alan", "crm-ada"]
        assert await self.names(ask) == (3, everyone)
        assert await self.names(ask, search="a") == (2, ["crm-alan", "crm-ada"])
        assert await self.names(ask, search="lovelace grace") == (1, ["crm-grace"])
        assert await self.names(ask, search="nobody") == (0, [])
        assert await self.names(ask, filter={"status": "ACTIVE", "tier": "bronze"}) == (3, everyone)
        assert await self.names(ask, filter={"status": "FROZEN"}) == (0, [])
        second = {"joinedAfter": "2026-06-16T12:00:00Z", "joinedBefore": "2026-06-17T12:00:00Z"}
        assert await self.names(ask, filter=second) == (1, ["crm-alan"])
        assert NOON + timedelta(days=3) == clock.now

    async def test_by_tier(self, context: Context, ask: Desk, clock: Clock) -> None:
        await self.joined(context, clock)
        (ada,) = await enrol(context, "Ada")
        entry = await buy(context, ada, "2000.00", id="o1")
        program = await context.programs.current()
        assert entry.after.tier is not None
        assert mark_after(program, entry.after, clock.now) is None
        await context.members.set_tiers([(ada.id, entry.seq, entry.after.tier.code)])
        assert await self.names(ask, filter={"tier": "silver"}) == (1, ["crm-ada"])

    async def test_pages(self, context: Context, ask: Desk, clock: Clock) -> None:
        await self.joined(context, clock)
        page = (await ask.data(AGENT, self.DOCUMENT, first=2))["members"]
        assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
        rest = (await ask.data(AGENT, self.DOCUMENT, first=2, after=page["pageInfo"]["endCursor"]))["members"]
        assert [edge["node"]["externalId"] for edge in rest["edges"]] == ["crm-ada"]
        assert (rest["totalCount"], rest["pageInfo"]["hasNextPage"]) == (3, False)

    async def test_bad_questions_are_bad_requests(self, ask: Desk) -> None:
        for variables in (
            {"first": 0},
            {"after": "x"},
            {"search": "x" * 201},
            {"search": " ".join("abcdefghijk")},
            {"filter": {"tier": "platinum"}},
        ):
            assert await ask.refusals(AGENT, self.DOCUMENT, **variables) == [("BAD_REQUEST", "members")]
