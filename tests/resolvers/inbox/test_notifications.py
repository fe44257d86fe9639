"""Notifications: every field, pages, subjects, and reading them."""

from datetime import timedelta
from typing import Any

from domain.inbox.message import Message, NotificationKind, Subject, entry_subject
from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from tests.resolvers.conftest import Desk, member_id
from tests.support.house import NOON, Clock
from tests.support.people import AGENT, as_member, buy
from tests.support.unchanged import unchanged

NODE = "id kind title body data createdAt readAt"
READ = f"""mutation($input: MarkNotificationsReadInput!) {{ markNotificationsRead(input: $input) {{
    notifications {{ {NODE} }} member {{ id unreadNotifications }} errors {{ code path }} }} }}"""


async def tell(context: Context, member: Member, *subjects: Subject | None) -> None:
    await context.inbox.put_many(
        [
            Message(
                member=member.id,
                key=f"message:{number}",
                kind=NotificationKind.POINTS_CHANGED,
                template="points_earned",
                values={},
                title=f"Title {number}",
                body=f"Body {number}",
                created_at=NOON + timedelta(minutes=number),
                data={"points": number},
                subject=subject,
            )
            for number, subject in enumerate(subjects, 1)
        ]
    )


def id_of(member: Member, seq: int) -> str:
    return global_id("Notification", member.id, seq)


async def mark(ask: Desk, member: Member, **input: Any) -> Any:
    return (await ask.data(as_member(member), READ, input=input))["markNotificationsRead"]


class TestList:
    async def test_every_field_newest_first(self, context: Context, ask: Desk, ada: Member) -> None:
        await tell(context, ada, None, None)
        list_all = f"notifications {{ edges {{ node {{ {NODE} subject {{ id }} }} }} }}"
        document = f"{{ me {{ unreadNotifications {list_all} }} }}"
        data = await ask.data(as_member(ada), document)
        assert data["me"]["unreadNotifications"] == 2
        assert [edge["node"] for edge in data["me"]["notifications"]["edges"]] == [
            {
                "id": id_of(ada, number),
                "kind": "POINTS_CHANGED",
                "title": f"Title {number}",
                "body": f"Body {number}",
                "data": {"points": number},
                "createdAt": f"2026-06-15T12:0{number}:00.000Z",
                "readAt": None,
                "subject": None,
            }
            for number in (2, 1)
        ]

    async def test_pages_and_unread_only(self, context: Context, ask: Desk, ada: Member) -> None:
        await tell(context, ada, *[None] * 5)
        await mark(ask, ada, ids=[id_of(ada, 4), id_of(ada, 1)])
        document = """query($after: String, $unread: Boolean! = false) { me {
            notifications(first: 2, after: $after, unreadOnly: $unread) {
                edges { node { title } } pageInfo { hasNextPage endCursor } } } }"""
        for unread, numbers in ((False, [5, 4, 3, 2, 1]), (True, [5, 3, 2])):
            seen: list[str] = []
            after = None
            while True:
                answer = await ask.data(as_member(ada), document, after=after, unread=unread)
                page = answer["me"]["notifications"]
                seen += [edge["node"]["title"] for edge in page["edges"]]
                after = page["pageInfo"]["endCursor"]
                if not page["pageInfo"]["hasNextPage"]:
                    break
            assert seen == [f"Title {number}" for number in numbers]
        assert await ask.refusals(as_member(ada), document, after="x") == [("BAD_REQUEST", "me.notifications")]

    async def test_of_a_member_who_was_told_nothing(self, ask: Desk, ada: Member) -> None:
        document = "{ me { unreadNotifications notifications { edges { cursor } pageInfo { endCursor } } } }"
        assert await ask.data(as_member(ada), document) == {
            "me": {"unreadNotifications": 0, "notifications": {"edges": [], "pageInfo": {"endCursor": None}}}
        }


class TestSubject:
    async def test_what_it_is_about(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "30.00", id="o1")
        await tell(context, ada, entry_subject(ada.id, 1), Subject("Reward", "coffee"), Subject("Comet", "1"))
        document = """{ me { notifications { edges { node { subject {
            __typename id ... on Entry { points } ... on Reward { title } } } } } } }"""
        data = await ask.data(as_member(ada), document)
        assert [edge["node"]["subject"] for edge in data["me"]["notifications"]["edges"]] == [
            None,
            {"__typename": "Reward", "id": global_id("Reward", "coffee"), "title": "A cup of coffee"},
            {"__typename": "Entry", "id": global_id("Entry", ada.id, 1), "points": 30},
        ]

    async def test_the_id_alone_in_every_way_of_asking(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "30.00", id="o1")
        await tell(context, ada, entry_subject(ada.id, 1))
        id = global_id("Entry", ada.id, 1)
        for selection, subject in {
            "subject { id }": {"id": id},
            "subject { ... { i: id } ...F }": {"i": id, "__typename": "Entry"},
            "subject { ... on Entry { id } ... on Reward { code } }": {"id": id},
            "subject { id } subject { ... on Entry { points } }": {"id": id, "points": 30},
            "subject { ... on Node { ... on Entry { sequence } } }": {"sequence": 1},
        }.items():
            fragment = "fragment F on Node { __typename }" if "...F" in selection else ""
            document = f"{{ me {{ notifications {{ edges {{ node {{ {selection} }} }} }} }} }} {fragment}"
            data = await ask.data(as_member(ada), document)
            assert data["me"]["notifications"]["edges"][0]["node"]["subject"] == subject, selection

    async def test_a_notification_by_its_id(self, context: Context, ask: Desk, ada: Member) -> None:
        await tell(context, ada, None)
        document = "query($id: ID!) { node(id: $id) { ... on Notification { title } } }"
        for who in (as_member(ada), AGENT):
            assert await ask.data(who, document, id=id_of(ada, 1)) == {"node": {"title": "Title 1"}}
        assert await ask.data(AGENT, document, id=id_of(ada, 2)) == {"node": None}


class TestMarkNotificationsRead:
    async def test_those_named(self, context: Context, ask: Desk, ada: Member, clock: Clock) -> None:
        await tell(context, ada, None, None, None)
        clock.advance(hours=1)
        answer = await mark(ask, ada, ids=[id_of(ada, 1), id_of(ada, 3)])
        assert [(one["id"], one["readAt"]) for one in answer["notifications"]] == [
            (id_of(ada, 3), "2026-06-15T13:00:00.000Z"),
            (id_of(ada, 1), "2026-06-15T13:00:00.000Z"),
        ]
        assert answer["member"] == {"id": member_id(ada), "unreadNotifications": 1}
        assert answer["errors"] == []

    async def test_all_that_are_unread(self, context: Context, ask: Desk, ada: Member, bob: Member) -> None:
        await tell(context, ada, None, None, None)
        await tell(context, bob, None)
        await mark(ask, ada, ids=[id_of(ada, 2)])
        answer = await mark(ask, ada, all=True)
        assert [one["id"] for one in answer["notifications"]] == [id_of(ada, 3), id_of(ada, 1)]
        assert answer["member"]["unreadNotifications"] == 0
        data = await ask.data(as_member(bob), "{ me { unreadNotifications } }")
        assert data == {"me": {"unreadNotifications": 1}}

    async def test_again_keeps_the_first_time(
        self, context: Context, ask: Desk, database: Database, ada: Member, clock: Clock
    ) -> None:
        await tell(context, ada, None)
        first = await mark(ask, ada, ids=[id_of(ada, 1)])
        clock.advance(hours=1)
        async with unchanged(database):
            assert await mark(ask, ada, ids=[id_of(ada, 1)]) == first

    async def test_refusals_change_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member, bob: Member
    ) -> None:
        await tell(context, ada, None)
        await tell(context, bob, None)
        cases: list[tuple[dict[str, Any], str]] = [
            ({}, "INVALID_INPUT"),
            ({"ids": None}, "INVALID_INPUT"),
            ({"ids": [id_of(ada, 1)], "all": True}, "INVALID_INPUT"),
            ({"ids": [id_of(ada, 1)] * 501}, "INVALID_INPUT"),
            ({"ids": [id_of(ada, 1), id_of(ada, 2)]}, "NOT_FOUND"),
            ({"ids": [id_of(ada, 1), id_of(bob, 1)]}, "NOT_FOUND"),
            ({"ids": [id_of(ada, 1), "x"]}, "NOT_FOUND"),
            ({"ids": [member_id(ada)]}, "NOT_FOUND"),
        ]
        for input, code in cases:
            async with unchanged(database):
                answer = await mark(ask, ada, **input)
            refused = {"notifications": [], "member": None, "errors": [{"code": code, "path": ["ids"]}]}
            assert answer == refused, input
