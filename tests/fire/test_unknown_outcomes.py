"""An answer of the store is lost: the caller is asked to try again, is told of no failure, and has one effect."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from cache.client import Cache
from domain.members.member import Member
from mongo.client import Database, connect, open_database
from resolvers.ids import global_id
from runtime.wiring import build_context
from services.context import Context
from tests.resolvers.conftest import Desk
from tests.support.house import Clock
from tests.support.people import AGENT, SERVICE, enrol
from tests.support.purchases import RECORD, a_purchase
from tests.support.relay import AN_INSERT_OF_ENTRIES, Relay, port_of

ADJUST = """mutation ($input: AdjustPointsInput!) { adjustPoints(input: $input) {
    entry { sequence points } errors { code } } }"""


@pytest.fixture
async def mongodb(mongo_uri: str) -> AsyncIterator[Relay]:
    """The way to MongoDB on which answers are lost."""
    async with Relay(port_of(mongo_uri)) as relay:
        yield relay


@pytest.fixture
async def ask(
    context: Context, mongodb: Relay, mongo_uri: str, database: Database, cache: Cache, clock: Clock
) -> AsyncIterator[Desk]:
    """The schema over a house of its own that meets MongoDB by that way."""
    client = connect(mongodb.instead_in(mongo_uri))
    opened = build_context(open_database(client, database.name), cache, clock)
    yield Desk(opened)
    await opened.poster.close()
    await opened.signals.aclose()
    await asyncio.to_thread(client.close)  # it says goodbye through the relay, which is this loop's


class TestALostAnswer:
    async def test_of_a_batch_asks_for_another_try_which_finds_the_effect(
        self, context: Context, ask: Desk, mongodb: Relay
    ) -> None:
        (ada,) = await enrol(context, "Ada")
        given = {"events": [a_purchase(ada)]}

        mongodb.trap(AN_INSERT_OF_ENTRIES, lose=True)
        assert await ask.refusals(SERVICE, RECORD, input=given) == [("RETRYABLE", "recordEvents")]
        assert (await context.ledger.head(ada.id)).seq == 1

        mongodb.trap()
        (result,) = (await ask.data(SERVICE, RECORD, input=given))["recordEvents"]["results"]
        assert result["entries"] == [{"sequence": 1, "points": 100}]
        assert (await context.ledger.head(ada.id)).seq == 1

    async def test_of_a_commit_asks_for_another_try_which_finds_the_effect(
        self, context: Context, ask: Desk, mongodb: Relay
    ) -> None:
        (ada,) = await enrol(context, "Ada")
        given = an_adjustment(ada)

        mongodb.trap(b"commitTransaction", lose=True)
        assert await ask.refusals(AGENT, ADJUST, input=given) == [("RETRYABLE", "adjustPoints")]
        assert (await context.ledger.head(ada.id)).seq == 1

        mongodb.trap()
        answer = (await ask.data(AGENT, ADJUST, input=given))["adjustPoints"]
        assert answer == {"entry": {"sequence": 1, "points": 5}, "errors": []}
        assert (await context.ledger.head(ada.id)).seq == 1


def an_adjustment(member: Member) -> dict[str, object]:
    return {
        "memberId": global_id("Member", member.id),
        "points": 5,
        "reasonCode": "GOODWILL",
        "note": "sorry",
        "idempotencyKey": "sorry",
    }
