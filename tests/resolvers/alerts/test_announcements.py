"""Supervisors announce, look at it first, see how far it is, and stop it."""

from typing import Any

from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.alerts.send_announcement import send_announcement
from services.context import Context
from tests.resolvers.conftest import Desk, member_id
from tests.support.announcing import announced
from tests.support.house import Clock
from tests.support.people import SUPERVISOR
from tests.support.unchanged import unchanged

EVERYTHING = """{ id state texts { locale title body } segment tier sendAt endsAt madeBy { id } madeAt
    startedAt finishedAt stoppedBy { id } stoppedAt progress { members lookedAt told } }"""
CREATE = f"""mutation($input: CreateAnnouncementInput!) {{ createAnnouncement(input: $input) {{
    announcement {EVERYTHING} errors {{ code path message }} }} }}"""
STOP = f"""mutation($id: ID!) {{ stopAnnouncement(input: {{announcementId: $id}}) {{
    announcement {EVERYTHING} errors {{ code path }} }} }}"""
LIST = """query($first: Int, $after: String) { announcements(first: $first, after: $after) {
    edges { node { id state progress { members lookedAt told } } } pageInfo { hasNextPage endCursor } } }"""
PREVIEW = """query($texts: [AnnouncementTextInput!]!, $member: ID, $locale: String, $segment: String) {
    previewAnnouncement(texts: $texts, memberId: $member, locale: $locale, segment: $segment) {
        title body sampled held estimate errors { code path } } }"""
TEXTS = [
    {"locale": "en", "title": "Hello {{ name }}", "body": "You have {{ points }} points."},
    {"locale": "es", "title": "Hola", "body": "Tienes {{ points }} puntos."},
]


async def preview(ask: Desk, **variables: Any) -> Any:
    return (await ask.data(SUPERVISOR, PREVIEW, **({"texts": TEXTS} | variables)))["previewAnnouncement"]


class TestAnnouncements:
    async def test_made_and_stopped_with_who_and_when(self, ask: Desk, context: Context) -> None:
        given = {
            "texts": TEXTS,
            "segment": "newcomers",
            "sendAt": "2026-06-16T09:00:00Z",
            "endsAt": "2026-06-17T09:00:00Z",
            "idempotencyKey": "k",
        }
        made = (await ask.data(SUPERVISOR, CREATE, input=given))["createAnnouncement"]
        assert made["errors"] == []
        found = made["announcement"]
        assert found == {
            "id": found["id"],
            "state": "SCHEDULED",
            "texts": TEXTS,
            "segment": "newcomers",
            "tier": None,
            "sendAt": "2026-06-16T09:00:00.000Z",
            "endsAt": "2026-06-17T09:00:00.000Z",
            "madeBy": {"id": "super-1"},
            "madeAt": "2026-06-15T12:00:00.000Z",
            "startedAt": None,
            "finishedAt": None,
            "stoppedBy": None,
            "stoppedAt": None,
            "progress": {"members": None, "lookedAt": 0, "told": 0},
        }
        stopped = (await ask.data(SUPERVISOR, STOP, id=found["id"]))["stopAnnouncement"]
        ended = {"state": "STOPPED", "stoppedBy": {"id": "super-1"}, "stoppedAt": "2026-06-15T12:00:00.000Z"}
        assert stopped == {"announcement": found | ended, "errors": []}

    async def test_what_is_wrong_is_said_where_it_is(self, ask: Desk, database: Database) -> None:
        given = {"texts": [TEXTS[0] | {"body": "{{ pionts }}"}], "idempotencyKey": "k"}
        async with unchanged(database):
            made = (await ask.data(SUPERVISOR, CREATE, input=given))["createAnnouncement"]
            gone = (await ask.data(SUPERVISOR, STOP, id="x"))["stopAnnouncement"]
        (error,) = made["errors"]
        assert (error["code"], error["path"]) == ("INVALID_INPUT", ["texts", "0", "body"])
        assert "did you mean 'points'" in error["message"]
        assert gone["errors"] == [{"code": "NOT_FOUND", "path": ["announcementId"]}]

    async def test_listed_newest_first_with_how_far_each_is(
        self, ask: Desk, context: Context, clock: Clock, ada: Member
    ) -> None:
        made = []
        for key in "abc":
            made.append(global_id("Announcement", (await announced(context, key=key)).id))
            clock.advance(seconds=1)
        taken = await context.announcements.take(1, now=clock())
        assert taken is not None
        await send_announcement(context, taken, 1, leave=lambda: False)
        page = (await ask.data(SUPERVISOR, LIST, first=2))["announcements"]
        assert [edge["node"]["id"] for edge in page["edges"]] == [made[2], made[1]]
        rest = (await ask.data(SUPERVISOR, LIST, first=2, after=page["pageInfo"]["endCursor"]))["announcements"]
        assert rest["pageInfo"]["hasNextPage"] is False
        assert [edge["node"] for edge in rest["edges"]] == [
            {"id": made[0], "state": "SENT", "progress": {"members": 1, "lookedAt": 1, "told": 1}}
        ]


class TestPreview:
    async def test_as_a_member_reads_it_and_how_many_would(
        self, ask: Desk, database: Database, ada: Member, bob: Member
    ) -> None:
        async with unchanged(database):
            found = await preview(ask, member=member_id(ada), segment="newcomers")
        assert found == {
            "title": "Hello Ada",
            "body": "You have 0 points.",
            "sampled": 2,
            "held": 2,
            "estimate": 2,
            "errors": [],
        }

    async def test_as_somebody_reads_it_in_a_locale(self, ask: Desk) -> None:
        found = await preview(ask, locale="es")
        assert (found["title"], found["body"]) == ("Hola", "Tienes 1250 puntos.")
        assert (found["sampled"], found["held"], found["estimate"]) == (0, 0, 0)

    async def test_what_creating_it_would_refuse(self, ask: Desk) -> None:
        assert (await preview(ask, locale="ja"))["errors"] == [{"code": "INVALID_INPUT", "path": ["locale"]}]
        assert (await preview(ask, segment="none"))["errors"] == [{"code": "NOT_FOUND", "path": ["segment"]}]
        assert (await preview(ask, texts=[]))["errors"] == [{"code": "INVALID_INPUT", "path": ["texts"]}]
