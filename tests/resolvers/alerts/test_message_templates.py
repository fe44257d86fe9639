"""The words of alerts over the API."""

from typing import Any

from domain.members.member import Member
from mongo.client import Database
from tests.resolvers.conftest import Desk, member_id
from tests.support.people import ADMIN, SUPERVISOR
from tests.support.unchanged import unchanged

FIELDS = """template locale revision shipped { locale title } own { title body }
    values { name example } history { revision title body changedAt changedBy { kind id } }"""
SAVE = f"""mutation($input: SaveMessageTemplateInput!) {{ saveMessageTemplate(input: $input) {{
    template {{ {FIELDS} }} problems {{ field line column message }} errors {{ code path message }} }} }}"""
RESET = f"""mutation($input: ResetMessageTemplateInput!) {{ resetMessageTemplate(input: $input) {{
    template {{ {FIELDS} }} errors {{ code path }} }} }}"""
PREVIEW = """query($template: String!, $locale: String!, $title: String, $body: String, $member: ID) {
    previewMessage(template: $template, locale: $locale, title: $title, body: $body, memberId: $member) {
    locale title body problems { field line column message } } }"""


async def save(ask: Desk, **input: Any) -> Any:
    whole = {"template": "birthday", "locale": "en", "title": "Hi", "body": "B", "expectedRevision": 0} | input
    return (await ask.data(SUPERVISOR, SAVE, input=whole))["saveMessageTemplate"]


class TestSaveMessageTemplate:
    async def test_a_text_its_history_and_the_way_back(self, ask: Desk) -> None:
        done = await save(ask, title="Hooray, {{ name }}")
        assert (done["problems"], done["errors"]) == ([], [])
        change = {
            "revision": 1,
            "title": "Hooray, {{ name }}",
            "body": "B",
            "changedAt": "2026-06-15T12:00:00.000Z",
            "changedBy": {"kind": "AGENT", "id": "super-1"},
        }
        assert done["template"] == {
            "template": "birthday",
            "locale": "en",
            "revision": 1,
            "shipped": {"locale": "en", "title": "Happy birthday{% if name %}, {{ name }}{% endif %}!"},
            "own": {"title": "Hooray, {{ name }}", "body": "B"},
            "values": done["template"]["values"],
            "history": [change],
        }
        assert [value["name"] for value in done["template"]["values"]] == ["name", "program"]
        input = {"template": "birthday", "locale": "en", "expectedRevision": 1}
        back = (await ask.data(ADMIN, RESET, input=input))["resetMessageTemplate"]["template"]
        assert (back["own"], back["revision"]) == (None, 2)
        assert back["history"][0]["changedBy"] == {"kind": "AGENT", "id": "admin-1"}
        assert back["history"][1] == change

    async def test_every_problem_with_its_place_and_nothing_is_saved(self, ask: Desk, database: Database) -> None:
        async with unchanged(database):
            done = await save(ask, title="{{ nme }}", body="Well,\n{{ 7 * 7 }}")
        assert done == {
            "template": None,
            "problems": [
                {
                    "field": "title",
                    "line": 1,
                    "column": 4,
                    "message": "No message of birthday has 'nme': did you mean 'name'?",
                },
                {
                    "field": "body",
                    "line": 2,
                    "column": 1,
                    "message": "Only values, filters and if are allowed here, not *.",
                },
            ],
            "errors": [
                {
                    "code": "INVALID_INPUT",
                    "path": ["title"],
                    "message": "The title, line 1: No message of birthday has 'nme': did you mean 'name'?",
                }
            ],
        }

    async def test_refusals_have_codes_and_paths(self, ask: Desk) -> None:
        await save(ask)
        for input, code, path in (
            ({"template": "birthdy"}, "NOT_FOUND", "template"),
            ({"locale": "xx"}, "INVALID_INPUT", "locale"),
            ({}, "STALE_REVISION", "expectedRevision"),
        ):
            (error,) = (await save(ask, **input))["errors"]
            assert (error["code"], error["path"]) == (code, [path])


class TestMessageTemplates:
    async def test_all_of_a_locale(self, ask: Desk) -> None:
        await save(ask, locale="zh-TW", title="好")
        document = f"""query($locale: String!) {{ messageTemplates(locale: $locale) {{ {FIELDS} }} }}"""
        found = (await ask.data(SUPERVISOR, document, locale="zh_tw"))["messageTemplates"]
        by_name = {one["template"]: one for one in found}
        assert {one["locale"] for one in found} == {"zh-TW"}
        assert by_name["birthday"]["own"] == {"title": "好", "body": "B"}
        assert by_name["points_earned"]["shipped"] == {
            "locale": "zh-Hant",
            "title": "+{{ points }} {{ currency }}",
        }
        assert {"name": "date", "example": "2026年6月30日"} in by_name["points_expired"]["values"]

    async def test_a_locale_that_nobody_knows_is_refused(self, ask: Desk) -> None:
        document = '{ messageTemplates(locale: "klingon") { template } }'
        assert await ask.refusals(SUPERVISOR, document) == [("BAD_REQUEST", "messageTemplates")]


class TestPreviewMessage:
    async def test_with_examples_and_as_a_member(self, ask: Desk, bob: Member) -> None:
        asked: dict[str, Any] = {"template": "birthday", "locale": "es"}
        shown = (await ask.data(SUPERVISOR, PREVIEW, **asked))["previewMessage"]
        assert (shown["locale"], shown["title"]) == ("es", "¡Feliz cumpleaños, Ada!")
        shown = (await ask.data(SUPERVISOR, PREVIEW, **asked, member=member_id(bob)))["previewMessage"]
        assert (shown["title"], shown["problems"]) == ("¡Feliz cumpleaños, Bob!", [])

    async def test_with_its_problems(self, ask: Desk) -> None:
        shown = (await ask.data(SUPERVISOR, PREVIEW, template="birthday", locale="es", title="{{ nme }}"))[
            "previewMessage"
        ]
        assert (shown["title"], shown["body"], shown["locale"]) == (None, None, None)
        assert [(one["field"], one["line"], one["column"]) for one in shown["problems"]] == [("title", 1, 4)]

    async def test_what_nobody_knows_is_refused(self, ask: Desk) -> None:
        for asked in (
            {"template": "birthdy", "locale": "en"},
            {"template": "birthday", "locale": "xx"},
            {"template": "birthday", "locale": "en", "member": "nonsense"},
            {"template": "birthday", "locale": "en", "member": "TWVtYmVyOng"},
        ):
            assert await ask.refusals(SUPERVISOR, PREVIEW, **asked) == [("BAD_REQUEST", "previewMessage")]
