"""The real npm clients: told at once; whatever ends the connection, nothing is missed and nothing comes twice."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from mongo.client import Database
from services.context import Context
from tests.clients.conftest import CLIENTS, Shop, open_shop
from tests.support.api_process import Stores, an_api
from tests.support.eventually import eventually
from tests.support.node_client import NodeClient
from tests.support.own_valkey import OwnValkey
from tests.support.relay import Relay

HERE = [0]
"""Whoever calls through a relay that does not tell callers apart."""


async def is_up_to_date(client: NodeClient, shop: Shop) -> None:
    """The client has heard of all but the first notification, each once and in order, and of the balance."""
    told = await shop.told()

    def heard() -> bool:
        client.check()
        assert client.ids == told[1:]
        assert client.available == shop.balance
        return True

    await eventually(heard)


@pytest.mark.parametrize("script", CLIENTS)
class TestOneClient:
    async def test_hears_at_once_and_goes_on_after_a_server_that_was_killed_and_one_that_was_stopped(
        self, script: str, shop: Shop, stores: Stores, stack: AsyncExitStack
    ) -> None:
        server = await stack.enter_async_context(an_api(stores))
        (first,) = await shop.told()
        client = await stack.enter_async_context(shop.watched_by(script, server.port, after=first))
        await shop.sell(2)
        await is_up_to_date(client, shop)

        server.kill()
        await shop.sell(3)
        server = await stack.enter_async_context(an_api(stores, port=server.port))
        await is_up_to_date(client, shop)
        await shop.sell()
        await is_up_to_date(client, shop)

        stopping = asyncio.create_task(asyncio.to_thread(server.stop))
        await shop.sell(3)
        await stopping
        await stack.enter_async_context(an_api(stores, port=server.port))
        await shop.sell()
        await is_up_to_date(client, shop)

    async def test_hears_of_all_that_came_while_its_line_was_dead(
        self, script: str, shop: Shop, stack: AsyncExitStack
    ) -> None:
        line = await stack.enter_async_context(Relay(shop.port, lambda _port: HERE[0]))
        (first,) = await shop.told()
        client = await stack.enter_async_context(shop.watched_by(script, line.port, after=first))
        await shop.sell()
        await is_up_to_date(client, shop)
        for turn in range(2, 5):
            before = len(client.of("connected"))
            line.cut(HERE)
            await shop.sell(turn)
            await shop.told()
            line.heal()
            await client.connects(before + 1)
            await shop.sell()
            await is_up_to_date(client, shop)


class TestTwoServers:
    async def test_a_row_reaches_the_clients_of_both_also_while_redis_is_away(
        self, stack: AsyncExitStack, stores: Stores, database: Database, context: Context, tmp_path: Path
    ) -> None:
        valkey = OwnValkey(tmp_path)
        await valkey.start()
        stack.callback(valkey.kill)
        shop = await open_shop(stack, replace(stores, redis_url=valkey.url), database, context)
        other = await stack.enter_async_context(an_api(shop.stores))
        (first,) = await shop.told()
        clients = [
            await stack.enter_async_context(shop.watched_by(script, port, after=first))
            for script, port in zip(CLIENTS, (shop.port, other.port), strict=True)
        ]

        async def all_are_up_to_date() -> None:
            for client in clients:
                await is_up_to_date(client, shop)

        await shop.sell(2)
        await all_are_up_to_date()
        valkey.kill()
        await shop.sell(2)
        await all_are_up_to_date()
        await valkey.start()
        await shop.sell(2)
        await all_are_up_to_date()
        # One connection for both subscriptions, and one for each: all still the first ones.
        assert [len(client.of("connected")) for client in clients] == [1, 2]
