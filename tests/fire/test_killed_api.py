"""An API process is killed before, within and after its commit; another one answers the retry, with one effect."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import redis.asyncio

from domain.actors import Role
from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from tests.resolvers.conftest import Desk
from tests.support.api_process import Stores, an_api
from tests.support.eventually import eventually
from tests.support.people import as_member, buy, enrol
from tests.support.relay import AN_INSERT_OF_ENTRIES, Relay, port_of
from tests.support.unchanged import unchanged

REDEEM = """mutation($input: RedeemRewardInput!) { redeemReward(input: $input) {
    redemption { id voucher { code } createdAt entries { id sequence points receipt { hash } } }
    errors { code } } }"""
COFFEE = {"rewardId": global_id("Reward", "coffee"), "idempotencyKey": "coffee"}


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def mongodb(stack: AsyncExitStack, mongo_uri: str) -> Relay:
    """The killed process's way to MongoDB."""
    return await stack.enter_async_context(Relay(port_of(mongo_uri)))


@pytest.fixture
def stores(
    tmp_path: Path,
    database: Database,
    mongodb: Relay,
    mongo_uri: str,
    redis_db: redis.asyncio.Redis,
    redis_url: str,
) -> Stores:
    return Stores(tmp_path, mongodb.instead_in(mongo_uri), database.name, redis_url)


def body_in(answer: bytes) -> Any:
    """The JSON of an HTTP answer."""
    found = re.search(rb"\r\n\r\n(.*)", answer, re.DOTALL)
    assert found is not None
    return orjson.loads(found[1])


class TestAKilledApi:
    async def test_killed_between_the_commit_and_the_reply_another_answers_what_is_stored(
        self, stack: AsyncExitStack, stores: Stores, mongodb: Relay, database: Database, context: Context
    ) -> None:
        everyone = ada, bob, cy = await enrol(context, "Ada", "Bob", "Cy")
        for member in everyone:
            await buy(context, member, "500.00", id=f"order of {member.id}")
        api = await stack.enter_async_context(an_api(stores))
        door = await stack.enter_async_context(Relay(api.port))

        def redeem(port: int, member: Member) -> "asyncio.Future[Any]":
            return asyncio.ensure_future(stores.ask(port, Role.MEMBER, member.id, REDEEM, input=COFFEE))

        # Ada's reply was on its way; of Bob's commit the process has not heard; Cy's transaction was open.
        door.trap(b"/graphql")
        replying = redeem(door.port, ada)
        await eventually(lambda: door.kept)
        mongodb.trap(b"commitTransaction")
        committing = redeem(api.port, bob)
        await eventually(lambda: mongodb.kept)
        mongodb.kept.clear()
        mongodb.trap(AN_INSERT_OF_ENTRIES)
        writing = redeem(api.port, cy)
        await eventually(lambda: mongodb.kept)
        api.kill()
        outcomes = await asyncio.gather(replying, committing, writing, return_exceptions=True)
        assert [isinstance(outcome, httpx.TransportError) for outcome in outcomes] == [True] * 3

        elsewhere = Desk(context)
        async with unchanged(database):
            again = [await elsewhere(as_member(member), REDEEM, input=COFFEE) for member in (ada, bob)]
        assert again[0] == body_in(bytes(door.kept))

        # What the killed process left open MongoDB ends; until then a retry is asked to come again.
        async def redeemed() -> Any:
            answer = await elsewhere(as_member(cy), REDEEM, input=COFFEE)
            assert [error["extensions"] for error in answer.get("errors", ())] in ([], [{"code": "RETRYABLE"}])
            return answer if "errors" not in answer else None

        again.append(await eventually(redeemed, timeout=60))
        for member, answer in zip(everyone, again, strict=True):
            redemption = answer["data"]["redeemReward"]["redemption"]
            (row,) = await database["redemptions"].find({"member": member.id}).to_list(None)
            assert redemption["voucher"]["code"] == row["vouchers"][0]["code"]
            assert [(entry["sequence"], entry["points"]) for entry in redemption["entries"]] == [(2, -150)]
            assert await database["entries"].count_documents({"member": member.id}) == 2
