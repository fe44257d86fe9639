"""The page that ends e-mails: a link opened changes nothing, a click ends what it says and nothing else."""

import re
from collections.abc import AsyncIterator
from functools import partial
from html import unescape

import httpx
import pytest
from starlette.applications import Starlette

from api.unsubscribe.page import UnsubscribePage
from domain.alerts.channel import Channel
from domain.alerts.preferences import Preferences
from domain.inbox.message import NotificationKind
from domain.members.enrol import Enrol
from domain.members.member import Member
from mongo.client import Database
from notifications.words.phrases import phrase
from services.alerts.unsubscribe import read_subscription_of, resubscribe, unsubscribe
from services.context import Context
from services.members.enrol_members import Enrolled, enrol_members
from tests.support.people import SHOP
from tests.support.unchanged import unchanged

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def ada(context: Context) -> Member:
    (outcome,) = await enrol_members(context, SHOP, [Enrol("crm-ada", email="ada@example.com", locale="ar-EG")])
    assert isinstance(outcome, Enrolled)
    return outcome.member


@pytest.fixture
async def client(context: Context) -> AsyncIterator[httpx.AsyncClient]:
    page = UnsubscribePage(
        read=partial(read_subscription_of, context),
        end=partial(unsubscribe, context),
        again=partial(resubscribe, context),
        phrase=phrase,
    )
    transport = httpx.ASGITransport(Starlette(routes=page.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://regulars.test") as client:
        yield client


async def link(context: Context, member: Member, kind: str = "") -> str:
    token = await context.preferences.token_of(member.id)
    return f"/unsubscribe/{token}" + (f"?kind={kind}" if kind else "")


async def press(client: httpx.AsyncClient, page: httpx.Response, name: str) -> httpx.Response:
    """Presses the button of that phrase, as a browser does."""
    buttons = re.findall(r'<form method="post" action="([^"]*)"><button type="submit">([^<]*)</button>', page.text)
    (action,) = [unescape(to) for to, said in buttons if unescape(said) == phrase(name, locale="ar")]
    return await client.post(page.url.join(action), content=b"")


async def preferences(context: Context, member: Member) -> Preferences:
    return (await context.preferences.of_members([member.id]))[member.id]


class TestUnsubscribePage:
    async def test_opening_the_link_changes_nothing_and_asks_in_the_members_language(
        self, context: Context, client: httpx.AsyncClient, database: Database, ada: Member
    ) -> None:
        path = await link(context, ada, "POINTS_EXPIRING")
        async with unchanged(database):
            answer = await client.get(path)
        assert answer.status_code == 200
        assert '<html lang="ar-EG" dir="rtl">' in answer.text
        assert phrase("unsubscribe_button", locale="ar") in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src" not in answer.headers["content-security-policy"]

    async def test_one_click_ends_mail_of_that_kind_and_no_other_twice_is_once(
        self, context: Context, client: httpx.AsyncClient, database: Database, ada: Member
    ) -> None:
        path = await link(context, ada, "POINTS_EXPIRING")
        answer = await client.post(path, data=ONE_CLICK)
        assert answer.status_code == 200
        assert phrase("unsubscribed_title", locale="ar") in answer.text
        stands = await preferences(context, ada)
        assert stands.choices == {(NotificationKind.POINTS_EXPIRING, Channel.EMAIL): False}
        assert stands.unsubscribed == frozenset()
        async with unchanged(database):
            assert (await client.post(path, data=ONE_CLICK)).status_code == 200
            assert phrase("unsubscribed_title", locale="ar") in (await client.get(path)).text

    async def test_a_link_that_names_no_kind_ends_all_mail(
        self, context: Context, client: httpx.AsyncClient, ada: Member
    ) -> None:
        await client.post(await link(context, ada), data=ONE_CLICK)
        assert (await preferences(context, ada)).unsubscribed == {Channel.EMAIL}

    async def test_of_two_buttons_one_ends_that_kind_and_one_all_mail(
        self, context: Context, client: httpx.AsyncClient, ada: Member
    ) -> None:
        page = await client.get(await link(context, ada, "POINTS_EXPIRING"))
        ended = await press(client, page, "unsubscribe_button")
        assert phrase("unsubscribed_title", locale="ar") in ended.text
        stands = await preferences(context, ada)
        assert stands.choices == {(NotificationKind.POINTS_EXPIRING, Channel.EMAIL): False}
        assert stands.unsubscribed == frozenset()
        await press(client, page, "unsubscribe_all_button")
        assert (await preferences(context, ada)).unsubscribed == {Channel.EMAIL}

    @pytest.mark.parametrize("kind", ["POINTS_EXPIRING", ""])
    async def test_whoever_ended_mail_can_have_it_again_and_twice_is_once(
        self, context: Context, client: httpx.AsyncClient, database: Database, ada: Member, kind: str
    ) -> None:
        path = await link(context, ada, kind)
        await client.post(path, data=ONE_CLICK)
        ended = await client.get(path)
        again = await press(client, ended, "resubscribe_button")
        assert phrase("resubscribed_title", locale="ar") in again.text
        stands = await preferences(context, ada)
        assert stands.choices == ({(NotificationKind[kind], Channel.EMAIL): True} if kind else {})
        assert (stands.unsubscribed, stands.marketing) == (frozenset(), None)
        async with unchanged(database):
            await press(client, ended, "resubscribe_button")
        assert phrase("unsubscribe_title", locale="ar") in (await client.get(path)).text

    async def test_having_all_mail_again_leaves_ended_what_was_ended_alone(
        self, context: Context, client: httpx.AsyncClient, ada: Member
    ) -> None:
        await client.post(await link(context, ada, "POINTS_EXPIRING"), data=ONE_CLICK)
        await client.post(await link(context, ada), data=ONE_CLICK)
        await press(client, await client.get(await link(context, ada)), "resubscribe_button")
        stands = await preferences(context, ada)
        assert stands.choices == {(NotificationKind.POINTS_EXPIRING, Channel.EMAIL): False}
        assert stands.unsubscribed == frozenset()

    async def test_a_link_of_nobodys_is_not_found_and_says_nothing_of_anybody(
        self, context: Context, client: httpx.AsyncClient, database: Database, ada: Member
    ) -> None:
        async with unchanged(database):
            for token in ("x" * 32, "%00", ada.id, "<script>"):
                for ask in (client.get, client.post):
                    answer = await ask(f"/unsubscribe/{token}", headers={"accept-language": "ja,en;q=0.5"})
                    assert answer.status_code == 404
                    assert phrase("unsubscribe_unknown_title", locale="ja") in answer.text
            assert (await client.post(f"/unsubscribe/{'x' * 32}?again")).status_code == 404
