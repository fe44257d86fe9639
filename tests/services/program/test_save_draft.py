from dataclasses import replace

from domain.program.versions import Draft
from domain.refusals import Code, Refused
from mongo.client import Database
from services.context import Context
from services.program.dump import dump_program
from services.program.publish_program import publish_program
from services.program.refusals import Flawed
from services.program.request_publication import RequestPublication, request_publication
from services.program.save_draft import SaveDraft, save_draft
from tests.services.program.conftest import NOW
from tests.support.drafts import KIM, LEE, saved, simulated
from tests.support.programs import PROGRAM, a_program
from tests.support.unchanged import unchanged

OTHER = a_program(name="Other")


async def refusal(context: Context, command: SaveDraft) -> Refused:
    outcome = await save_draft(context, KIM, command)
    assert isinstance(outcome, Refused), outcome
    return outcome


class TestSaveDraft:
    async def test_a_new_draft_is_the_programme_of_its_text(self, context: Context) -> None:
        draft = await saved(context, OTHER)
        assert (draft.revision, draft.author, draft.created_at, draft.saved_at) == (1, KIM, NOW, NOW)
        assert draft.program == replace(OTHER, version=0)
        assert await context.drafts.get(draft.id) == draft

    async def test_saved_anew_it_is_the_next_revision_by_whoever_saved_it(self, context: Context) -> None:
        draft = await saved(context, OTHER)
        again = await saved(context, PROGRAM, by=LEE, draft=draft.id, expected_revision=1)
        assert (again.id, again.revision, again.author) == (draft.id, 2, LEE)
        assert await context.drafts.get(draft.id) == again

    async def test_one_with_problems_is_not_saved_and_each_has_its_place(
        self, context: Context, database: Database
    ) -> None:
        text = dump_program(OTHER).replace("points: 25", "points: 25\n    when: event.amonut > 5")
        async with unchanged(database):
            refused = await refusal(context, SaveDraft(text.replace("money: USD", "money: usd"), "n"))
        assert isinstance(refused, Flawed)
        assert refused.code is Code.INVALID_INPUT
        assert refused.message.startswith("The programme has 2 problems; the first: programme.yaml:3: money: ")
        money, when = refused.problems
        assert (money.line, money.path, money.column, money.excerpt) == (3, ("money",), None, None)
        assert (when.path, when.column, when.excerpt) == (
            ("earning", 1, "when"),
            6,
            "event.amonut > 5\n     ^",
        )

    async def test_what_may_not_follow_the_versions_so_far_is_a_problem(
        self, context: Context, database: Database
    ) -> None:
        await publish_program(context, KIM, PROGRAM)
        async with unchanged(database):
            refused = await refusal(context, SaveDraft(dump_program(a_program(money="EUR")), "n"))
        assert "money: must stay USD" in refused.message

    async def test_text_that_is_no_yaml_is_a_problem(self, context: Context, database: Database) -> None:
        async with unchanged(database):
            for text in ("", "{", "\ud800", "x" * 2_000_000):
                assert isinstance(await refusal(context, SaveDraft(text, "n")), Flawed)

    async def test_other_refusals_change_nothing(self, context: Context, database: Database) -> None:
        draft = await saved(context, OTHER)
        text = dump_program(PROGRAM)
        async with unchanged(database):
            for command, code in (
                (SaveDraft(text, " "), Code.INVALID_INPUT),
                (SaveDraft(text, "n", "nothing"), Code.NOT_FOUND),
                (SaveDraft(text, "n", draft.id, 2), Code.STALE_REVISION),
            ):
                assert (await refusal(context, command)).code is code

    async def test_one_that_waits_for_a_second_person_stays_what_it_is(
        self, context: Context, database: Database
    ) -> None:
        await publish_program(context, KIM, PROGRAM)
        draft = await saved(context, OTHER)
        await simulated(database, OTHER, at=NOW)
        assert isinstance(await request_publication(context, KIM, RequestPublication(draft.id, "k")), Draft)
        async with unchanged(database):
            refused = await refusal(context, SaveDraft(dump_program(PROGRAM), "n", draft.id))
        assert refused.code is Code.NOT_AVAILABLE_NOW
