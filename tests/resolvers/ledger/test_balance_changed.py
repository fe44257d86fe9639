"""The balance as it changes: the state on subscribing, then after each entry."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from api.execution.parameters import Parameters
from domain.members.member import Member
from services.context import Context
from services.hints import hint
from services.identity import Identity
from services.ledger.watch_balance import account_channel
from tests.resolvers.conftest import REQUEST, Body, Desk
from tests.support.people import as_member, buy

DOCUMENT = """subscription($currency: String) { balanceChanged(currency: $currency) {
    available revision currency { code } } }"""


def watch(ask: Desk, who: Identity, **variables: Any) -> AsyncGenerator[Body, None]:
    return ask.engine.stream(ask.engine.prepare(Parameters(DOCUMENT, None, variables)), who, REQUEST)


def balance(available: int, revision: int) -> Body:
    found = {"available": available, "revision": revision, "currency": {"code": "POINTS"}}
    return {"data": {"balanceChanged": found}}


class TestBalanceChanged:
    async def test_now_and_then_after_each_entry(
        self, context: Context, ask: Desk, ada: Member, bob: Member
    ) -> None:
        await buy(context, ada, "10.00", id="o1")
        for currency in (None, "POINTS"):
            async with aclosing(watch(ask, as_member(ada), currency=currency)) as answers:
                before = (await anext(answers))["data"]["balanceChanged"]
                await buy(context, bob, "99.00", id=f"bob-{currency}")
                entry = await buy(context, ada, "5.00", id=f"ada-{currency}")
                await context.signals.publish_many([(account_channel(ada.id), hint(entry.seq))])
                assert await anext(answers) == balance(before["available"] + 5, before["revision"] + 1)

    async def test_an_unknown_currency_is_a_bad_request(self, ask: Desk, ada: Member) -> None:
        async with aclosing(watch(ask, as_member(ada), currency="MILES")) as answers:
            (answer,) = [answer async for answer in answers]
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_REQUEST"]
