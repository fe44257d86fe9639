"""Drafts, publications and versions over the API, for admins alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.actors import Role
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from services.identity import Identity
from services.program.dump import dump_program
from services.program.load_program import parse_program
from tests.resolvers.conftest import Desk
from tests.support.drafts import saved, simulated
from tests.support.house import Clock, the_programme
from tests.support.people import ADMIN
from tests.support.unchanged import unchanged

DEMO = the_programme()
SPRING = replace(DEMO, name="Spring")
SECOND = Identity("admin-2", frozenset({Role.ADMIN}))
DRAFT = """id revision status note author { id } createdAt savedAt
    publication { requestedBy { id } requestedAt from approved decidedBy { id } decidedAt note }
    version { number status from publishedAt publishedBy { id } approvedBy { id } draftId note withoutSimulation
        program { name version } }"""
REST = "problems { line column path message excerpt } errors { code path message }"
SAVE = f"""mutation($input: SaveProgramDraftInput!) {{
    saveProgramDraft(input: $input) {{ draft {{ {DRAFT} }} {REST} }} }}"""
PUBLISH = f"""mutation($input: PublishProgramInput!) {{
    publishProgram(input: $input) {{ draft {{ {DRAFT} }} {REST} }} }}"""
DECIDE = f"""mutation($input: DecideProgramPublicationInput!) {{
    decideProgramPublication(input: $input) {{ draft {{ {DRAFT} }} {REST} }} }}"""
NOON = "2026-06-15T12:00:00.000Z"


async def do(ask: Desk, document: str, who: Identity = ADMIN, **input: Any) -> Any:
    (answer,) = (await ask.data(who, document, input=input)).values()
    return answer


async def publish(ask: Desk, draft: str, key: str, **more: Any) -> Any:
    await do(ask, PUBLISH, draftId=draft, idempotencyKey=key, **more)
    return await do(ask, DECIDE, SECOND, draftId=draft, approve=True, idempotencyKey=key)


class TestTheWayOfADraft:
    async def test_every_field(self, ask: Desk, database: Database, clock: Clock) -> None:
        answer = await do(ask, SAVE, yaml=dump_program(SPRING), note="Spring comes.")
        draft = answer["draft"]["id"]
        fresh = {
            "id": draft,
            "revision": 1,
            "status": "VALIDATED",
            "note": "Spring comes.",
            "author": {"id": "admin-1"},
            "createdAt": NOON,
            "savedAt": NOON,
            "publication": None,
            "version": None,
        }
        assert answer == {"draft": fresh, "problems": [], "errors": []}
        await simulated(database, SPRING, at=clock.now)
        asked = await do(ask, PUBLISH, draftId=draft, idempotencyKey="p")
        request = {
            "requestedBy": {"id": "admin-1"},
            "requestedAt": NOON,
            "from": None,
            "approved": None,
            "decidedBy": None,
            "decidedAt": None,
            "note": None,
        }
        waits = fresh | {"status": "REQUESTED", "publication": request}
        assert asked == {"draft": waits, "problems": [], "errors": []}
        done = await do(ask, DECIDE, SECOND, draftId=draft, approve=True, idempotencyKey="d", note="Fine.")
        ruling = {"approved": True, "decidedBy": {"id": "admin-2"}, "decidedAt": NOON, "note": "Fine."}
        version = {
            "number": 2,
            "status": "IN_FORCE",
            "from": NOON,
            "publishedAt": NOON,
            "publishedBy": {"id": "admin-1"},
            "approvedBy": {"id": "admin-2"},
            "draftId": draft,
            "note": "Spring comes.",
            "withoutSimulation": None,
            "program": {"name": "Spring", "version": 2},
        }
        published = fresh | {"status": "PUBLISHED", "publication": request | ruling, "version": version}
        assert done == {"draft": published, "problems": [], "errors": []}

    async def test_the_yaml_of_a_version_and_of_a_draft_reads_back(self, ask: Desk, context: Context) -> None:
        draft = await saved(context, SPRING)
        data = await ask.data(
            ADMIN,
            "query($id: ID!) { program { yaml } programDraft(id: $id) { yaml status } }",
            id=global_id("ProgramDraft", draft.id),
        )
        assert parse_program(data["program"]["yaml"].encode(), "p") == DEMO
        assert parse_program(data["programDraft"]["yaml"].encode(), "p") == SPRING
        assert data["programDraft"]["status"] == "VALIDATED"


class TestProblems:
    async def test_each_has_its_line_and_an_expression_its_place(self, ask: Desk, database: Database) -> None:
        text = dump_program(replace(DEMO, earning=(replace(DEMO.earning[0], when="event.amonut > 5"),)))
        async with unchanged(database):
            answer = await do(ask, SAVE, yaml=text, note="n")
        line = next(number for number, one in enumerate(text.splitlines(), 1) if "event.amonut" in one)
        (found,) = [one for one in answer["problems"] if one["path"] == "earning[0].when"]
        assert (found["line"], found["column"]) == (line, 6)
        assert found["excerpt"] == "event.amonut > 5\n     ^"
        assert "amonut" in found["message"]
        assert [(error["code"], error["path"]) for error in answer["errors"]] == [("INVALID_INPUT", ["yaml"])]
        assert answer["draft"] is None

    async def test_refusals_are_errors_and_change_nothing(
        self, ask: Desk, context: Context, database: Database
    ) -> None:
        draft = global_id("ProgramDraft", (await saved(context, SPRING)).id)
        yaml = dump_program(DEMO)
        async with unchanged(database):
            for document, input, code, path in (
                (SAVE, {"yaml": yaml, "note": "n", "draftId": "x"}, "NOT_FOUND", "draftId"),
                (
                    SAVE,
                    {"yaml": yaml, "note": "n", "draftId": draft, "expectedRevision": 3},
                    "STALE_REVISION",
                    "expectedRevision",
                ),
                (SAVE, {"yaml": yaml, "note": ""}, "INVALID_INPUT", "note"),
                (PUBLISH, {"draftId": "x", "idempotencyKey": "k"}, "NOT_FOUND", "draftId"),
                (PUBLISH, {"draftId": draft, "idempotencyKey": "k"}, "NOT_AVAILABLE_NOW", "draftId"),
                (PUBLISH, {"draftId": draft, "idempotencyKey": ""}, "INVALID_INPUT", "idempotencyKey"),
                (
                    PUBLISH,
                    {"draftId": draft, "idempotencyKey": "k", "from": "2025-01-01T00:00:00Z"},
                    "INVALID_INPUT",
                    "from",
                ),
                (DECIDE, {"draftId": "x", "approve": True, "idempotencyKey": "k"}, "NOT_FOUND", "draftId"),
                (
                    DECIDE,
                    {"draftId": draft, "approve": True, "idempotencyKey": "k"},
                    "NOT_AVAILABLE_NOW",
                    "draftId",
                ),
            ):
                answer = await do(ask, document, **input)
                assert [(one["code"], one["path"]) for one in answer["errors"]] == [(code, [path])]
                assert answer["draft"] is None

    async def test_nobody_decides_their_own(self, ask: Desk, database: Database, clock: Clock) -> None:
        draft = (await do(ask, SAVE, yaml=dump_program(SPRING), note="n"))["draft"]["id"]
        await simulated(database, SPRING, at=clock.now)
        await do(ask, PUBLISH, draftId=draft, idempotencyKey="p")
        async with unchanged(database):
            answer = await do(ask, DECIDE, draftId=draft, approve=True, idempotencyKey="d")
        assert [one["code"] for one in answer["errors"]] == ["FORBIDDEN"]


class TestLists:
    async def test_versions_newest_first_page_by_page(self, ask: Desk, database: Database, clock: Clock) -> None:
        begins = clock.now + timedelta(days=1)
        for number in (2, 3):
            program = replace(DEMO, name=f"Number {number}")
            draft = (await do(ask, SAVE, yaml=dump_program(program), note="n"))["draft"]["id"]
            await simulated(database, program, at=clock.now)
            await simulated(database, program, at=clock.now, against=2)
            when = {"from": begins.isoformat()} if number == 3 else {}
            assert (await publish(ask, draft, f"k{number}", **when))["errors"] == []
        page = """query($after: String) { programVersions(first: 2, after: $after) {
            edges { node { number status from } } pageInfo { hasNextPage endCursor } } }"""
        first = (await ask.data(ADMIN, page))["programVersions"]
        assert [edge["node"] for edge in first["edges"]] == [
            {"number": 3, "status": "SCHEDULED", "from": "2026-06-16T12:00:00.000Z"},
            {"number": 2, "status": "IN_FORCE", "from": NOON},
        ]
        rest = (await ask.data(ADMIN, page, after=first["pageInfo"]["endCursor"]))["programVersions"]
        assert [edge["node"]["status"] for edge in rest["edges"]] == ["SUPERSEDED"]
        assert rest["pageInfo"]["hasNextPage"] is False

    async def test_drafts_the_last_saved_first_page_by_page(
        self, ask: Desk, context: Context, clock: Clock
    ) -> None:
        ids = []
        for name in ("A", "B", "C"):
            ids.append(global_id("ProgramDraft", (await saved(context, replace(DEMO, name=name))).id))
            clock.advance(seconds=1)
        page = """query($after: String) { programDrafts(first: 2, after: $after) {
            edges { node { id } } pageInfo { hasNextPage endCursor } } }"""
        first = (await ask.data(ADMIN, page))["programDrafts"]
        rest = (await ask.data(ADMIN, page, after=first["pageInfo"]["endCursor"]))["programDrafts"]
        assert [edge["node"]["id"] for edge in first["edges"] + rest["edges"]] == ids[::-1]
        assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)

    async def test_a_draft_that_is_not_there_is_null(self, ask: Desk) -> None:
        for id in ("x", global_id("ProgramDraft", "x"), global_id("Member", "x")):
            assert await ask.data(ADMIN, "query($id: ID!) { programDraft(id: $id) { id } }", id=id) == {
                "programDraft": None
            }
