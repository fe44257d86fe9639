"""The page that ends e-mails: a link opened changes nothing, a click ends what it says and nothing else."""

from collections.abc import AsyncIterator
from functools import partial

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
from services.alerts.unsubscribe import read_subscription_of, unsubscribe
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
    page = UnsubscribePage(partial(read_subscription_of, context), partial(unsubscribe, context), phrase)
    transport = httpx.ASGITransport(Starlette(routes=page.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://regulars.test") as client:
        yield client


async def link(context: Context, member: Member, kind: str = "") -> str:
    token = await context.preferences.token_of(member.id)
    return f"/unsubscribe/{token}" + (f"?kind={kind}" if kind else "")


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

    async def test_a_link_of_nobodys_is_not_found_and_says_nothing_of_anybody(
        self, context: Context, client: httpx.AsyncClient, database: Database, ada: Member
    ) -> None:
        async with unchanged(database):
            for token in ("x" * 32, "%00", ada.id, "<script>"):
                for ask in (client.get, client.post):
                    answer = await ask(f"/unsubscribe/{token}", headers={"accept-language": "ja,en;q=0.5"})
                    assert answer.status_code == 404
                    assert phrase("unsubscribe_unknown_title", locale="ja") in answer.text
