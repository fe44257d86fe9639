"""Staff write words, members read them; what is refused changes nothing."""

import pytest

from domain.alerts.template import TemplateView, TextProblem, WordsOf
from domain.inbox.message import Message, NotificationKind, RewardName
from domain.members.member import Member
from domain.refusals import Code, Refused
from mongo.client import Database
from services.alerts.list_templates import list_templates
from services.alerts.preview_template import PreviewTemplate, preview_template
from services.alerts.reset_template import ResetTemplate, reset_template
from services.alerts.save_template import BadWords, SaveTemplate, save_template
from services.context import Context
from services.inbox.deliver import deliver
from tests.support.house import NOON
from tests.support.people import SUPERVISOR, buy, enrol
from tests.support.unchanged import unchanged

SUE = SUPERVISOR.actor()
EARNED = "points_earned"


async def save(
    context: Context,
    title: str,
    body: str = "B",
    *,
    locale: str = "en",
    at: int = 0,
    template: str = "points_earned",
) -> TemplateView | Refused:
    return await save_template(context, SUE, SaveTemplate(template, locale, title, body, at))


async def told(context: Context, member: Member, key: str) -> tuple[str, str]:
    values = {"points": 1_250, "currency": "Points", "balance": 2_500, "owed": 0}
    message = Message(member.id, key, NotificationKind.POINTS_CHANGED, "points_earned", values, NOON)
    (row,) = await deliver(context, [message])
    return row.message.title, row.message.body


@pytest.fixture
async def ada(context: Context) -> Member:
    return (await enrol(context, "Ada"))[0]


class TestDeliver:
    async def test_members_read_what_staff_wrote_until_they_go_back(self, context: Context, ada: Member) -> None:
        assert await told(context, ada, "1") == (
            "+1,250 Points",
            "You earned 1,250 Points. Your balance is 2,500.",
        )
        await save(context, "{{ name }}: +{{ points }}", "{{ standing }}")
        assert await told(context, ada, "2") == ("Ada: +1,250", "Your balance is 2,500.")
        await reset_template(context, SUE, ResetTemplate("points_earned", "en", 1))
        assert (await told(context, ada, "3"))[0] == "+1,250 Points"

    async def test_each_of_a_batch_reads_their_own_language(self, context: Context) -> None:
        members = await enrol(context, "Ada", "Bob")
        ids = [member.id for member in members]
        values = {"reward": RewardName("coffee"), "points": 5, "currency": "Points"}
        messages = [
            Message(id, "k", NotificationKind.REDEMPTION_UPDATED, "redemption_delivered", values, NOON)
            for id in (*ids, "nobody")
        ]
        rows = await deliver(context, messages)
        assert {row.message.template for row in rows} == {"redemption_delivered"}
        assert len({row.message.title for row in rows}) == 1

    async def test_no_messages_ask_nothing(self, context: Context) -> None:
        assert await deliver(context, []) == []


class TestSaveTemplate:
    async def test_the_template_with_its_next_revision(self, context: Context) -> None:
        first = await save(context, "One", locale="es_mx")
        assert isinstance(first, TemplateView)
        assert (first.template, first.locale, first.revision) == ("points_earned", "es-MX", 1)
        assert first.shipped == WordsOf(
            "es", "+{{ points }} {{ currency }}", "Has ganado {{ points }} {{ currency }}. {{ standing }}"
        )
        second = await save(context, "Two", locale="es-MX", at=1)
        assert isinstance(second, TemplateView)
        assert [(one.revision, one.title, one.changed_by) for one in second.history] == [
            (2, "Two", SUE),
            (1, "One", SUE),
        ]
        assert second.history[0].changed_at == NOON
        assert second.own is not None
        assert (second.own.title, second.own.body, second.own.revision) == ("Two", "B", 2)

    async def test_a_stale_revision_changes_nothing(self, context: Context, database: Database) -> None:
        await save(context, "One")
        async with unchanged(database):
            for at in (0, 2, 7, -1):
                assert await save(context, "Two", at=at) == Refused(
                    Code.STALE_REVISION,
                    "The text has revision 1 by now: read it again, and put your changes to it.",
                    ("expectedRevision",),
                )

    async def test_a_missing_variable_is_refused_on_saving(self, context: Context, database: Database) -> None:
        async with unchanged(database):
            refused = await save(context, "+{{ points }}", "You have {{ balanse }}.")
        message = "No message of points_earned has 'balanse': did you mean 'balance'?"
        assert refused == BadWords(
            Code.INVALID_INPUT,
            f"The body, line 1: {message}",
            ("body",),
            problems=(TextProblem("body", message, 1, 13),),
        )

    @pytest.mark.parametrize(
        ("template", "locale", "code", "message", "path"),
        [
            (
                "points_erned",
                "en",
                Code.NOT_FOUND,
                "There is no such template: did you mean 'points_earned'?",
                "template",
            ),
            ("zzz", "en", Code.NOT_FOUND, "There is no such template.", "template"),
            *(
                (
                    "points_earned",
                    locale,
                    Code.INVALID_INPUT,
                    "Name a locale that is known, such as en, es-MX or zh-Hant.",
                    "locale",
                )
                for locale in ("", "xx", "english", "en-XX", "../en", "e" * 3_000, "en_US.UTF-8", "\x00")
            ),
        ],
    )
    async def test_what_nobody_knows(
        self, context: Context, template: str, locale: str, code: Code, message: str, path: str
    ) -> None:
        refused = await save(context, "T", template=template, locale=locale)
        assert refused == Refused(code, message, (path,))


class TestResetTemplate:
    async def test_back_to_what_is_shipped_with_the_history(self, context: Context) -> None:
        await save(context, "One")
        view = await reset_template(context, SUE, ResetTemplate("points_earned", "en", 1))
        assert isinstance(view, TemplateView)
        assert (view.own, view.revision) == (None, 2)
        assert [one.title for one in view.history] == [None, "One"]

    async def test_what_is_not_there_or_has_changed_since(self, context: Context, database: Database) -> None:
        await save(context, "One", at=0)
        async with unchanged(database):
            for command, code in (
                (ResetTemplate("points_earned", "es", 0), Code.NOT_FOUND),
                (ResetTemplate("nonsense", "en", 1), Code.NOT_FOUND),
                (ResetTemplate("points_earned", "xx", 1), Code.INVALID_INPUT),
                (ResetTemplate("points_earned", "en", 0), Code.STALE_REVISION),
            ):
                refused = await reset_template(context, SUE, command)
                assert isinstance(refused, Refused)
                assert refused.code is code
        await reset_template(context, SUE, ResetTemplate("points_earned", "en", 1))
        refused = await reset_template(context, SUE, ResetTemplate("points_earned", "en", 2))
        assert isinstance(refused, Refused)
        assert refused.code is Code.NOT_FOUND


class TestListTemplates:
    async def test_all_by_name_with_examples_of_the_programme(self, context: Context) -> None:
        await save(context, "Uno", locale="es")
        views = await list_templates(context, "es")
        assert isinstance(views, list)
        names = [view.template for view in views]
        assert names == sorted(names)
        by_name = {view.template: view for view in views}
        assert [name for name, view in by_name.items() if view.own] == ["points_earned"]
        assert by_name["points_expired"].values == {
            "balance": "2500",
            "currency": (await context.programs.current()).default_currency.name,
            "date": "30 de junio de 2026",
            "name": "Ada",
            "owed": "0",
            "points": "1250",
            "program": (await context.programs.current()).name,
            "standing": "Tu saldo es de 2500.",
        }

    async def test_a_locale_that_nobody_knows(self, context: Context) -> None:
        refused = await list_templates(context, "nonsense")
        assert isinstance(refused, Refused)
        assert refused.path == ("locale",)


class TestPreviewTemplate:
    async def test_what_is_given_with_examples_and_nothing_is_saved(
        self, context: Context, database: Database
    ) -> None:
        async with unchanged(database):
            shown = await preview_template(
                context, PreviewTemplate("points_earned", "ja", "{{ points }}！", "{{ name }}さん。{{ standing }}")
            )
        assert shown == WordsOf("ja", "1,250！", "Adaさん。残高は 2,500 です。")

    async def test_what_is_not_given_is_as_it_is_in_force(self, context: Context) -> None:
        name = (await context.programs.current()).default_currency.name
        shown = await preview_template(context, PreviewTemplate("points_earned", "es-MX"))
        assert shown == WordsOf("es-MX", f"+1,250 {name}", f"Has ganado 1,250 {name}. Tu saldo es de 2,500.")
        await save(context, "Uno", "Dos", locale="es-MX")
        shown = await preview_template(context, PreviewTemplate("points_earned", "es-MX", body="{{ points }}"))
        assert shown == WordsOf("es-MX", "Uno", "1,250")

    async def test_a_language_that_nobody_wrote_shows_what_its_members_read(self, context: Context) -> None:
        shown = await preview_template(context, PreviewTemplate("birthday", "fr"))
        assert isinstance(shown, WordsOf)
        assert (shown.locale, shown.title) == ("en", "Happy birthday, Ada!")

    async def test_a_real_member_sees_their_own_name_and_balance(self, context: Context, ada: Member) -> None:
        (bob,) = await enrol(context, "Bob")
        await buy(context, bob, "3000.00", id="b1")
        balance = (await context.ledger.heads([bob.id]))[bob.id].after.account("POINTS").available
        command = PreviewTemplate("points_earned", "en", "For {{ name }}", "{{ balance }}", bob.id)
        assert await preview_template(context, command) == WordsOf("en", "For Bob", f"{balance:,}")

    async def test_all_that_saving_refuses_and_an_unknown_member(self, context: Context) -> None:
        for command, code in (
            (PreviewTemplate("points_earned", "en", "{{ nme }}"), Code.INVALID_INPUT),
            (PreviewTemplate("nonsense", "en"), Code.NOT_FOUND),
            (PreviewTemplate("points_earned", "xx"), Code.INVALID_INPUT),
            (PreviewTemplate("points_earned", "en", member="nobody"), Code.NOT_FOUND),
        ):
            refused = await preview_template(context, command)
            assert isinstance(refused, Refused)
            assert refused.code is code

    @pytest.mark.parametrize("locale", ["en", "zh-Hans", "zh-Hant", "ja", "es", "ar"])
    async def test_every_template_can_be_shown(self, context: Context, locale: str) -> None:
        for template in context.workshop.templates():
            shown = await preview_template(context, PreviewTemplate(template, locale))
            assert isinstance(shown, WordsOf), template
            assert shown.title
            assert shown.body
