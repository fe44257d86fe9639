"""Notifications as they come, and after a reconnect first what was missed."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from api.execution.parameters import Parameters
from domain.members.member import Member
from resolvers.ids import global_id
from services.context import Context
from services.hints import hint
from services.identity import Identity
from services.inbox.watch_inbox import inbox_channel
from tests.resolvers.conftest import REQUEST, Body, Desk, member_id
from tests.resolvers.inbox.test_notifications import id_of, tell
from tests.support.people import as_member

DOCUMENT = """subscription($after: ID) { notificationReceived(after: $after) { id title } }"""


def watch(ask: Desk, who: Identity, **variables: Any) -> AsyncGenerator[Body, None]:
    return ask.engine.stream(ask.engine.prepare(Parameters(DOCUMENT, None, variables)), who, REQUEST)


class TestNotificationReceived:
    async def test_first_what_was_missed_then_live(
        self, context: Context, ask: Desk, ada: Member, bob: Member
    ) -> None:
        await tell(context, ada, None, None)
        await tell(context, bob, None)
        async with aclosing(watch(ask, as_member(ada), after=id_of(ada, 1))) as answers:
            first = await anext(answers)
            await tell(context, ada, None, None, None)
            await context.signals.publish_many([(inbox_channel(ada.id), hint(3))])
            second = await anext(answers)
        assert [first, second] == [
            {"data": {"notificationReceived": {"id": id_of(ada, number), "title": f"Title {number}"}}}
            for number in (2, 3)
        ]

    async def test_an_after_that_is_not_theirs_is_a_bad_request(
        self, context: Context, ask: Desk, ada: Member, bob: Member
    ) -> None:
        await tell(context, bob, None)
        for after in ("x", id_of(bob, 1), id_of(ada, 1), member_id(ada), global_id("Notification", ada.id, "x")):
            async with aclosing(watch(ask, as_member(ada), after=after)) as answers:
                (answer,) = [answer async for answer in answers]
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_REQUEST"], after
