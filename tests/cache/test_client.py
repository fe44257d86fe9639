from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ResponseError

from cache.client import Cache, connect
from tests.support.eventually import eventually
from tests.support.own_valkey import OwnValkey


def at_once(asking: Coroutine[Any, Any, list[Any] | None]) -> list[Any] | None:
    """What is answered without any wait; an AssertionError when it waits."""
    try:
        asking.send(None)
    except StopIteration as answered:
        answer: list[Any] | None = answered.value
        return answer
    asking.close()
    raise AssertionError("it waits")


class TestOutage:
    async def test_a_killed_server_is_no_answer_at_once_and_its_return_needs_no_help(
        self, own_valkey: OwnValkey, frail: Cache
    ) -> None:
        assert frail.available
        own_valkey.kill()
        await frail.read(lambda space: [("GET", space + "x")])
        assert not frail.available
        assert at_once(frail.read(lambda space: [("GET", space + "x")])) is None
        await own_valkey.start()
        await eventually(lambda: frail.available)
        assert await frail.read(lambda space: [("GET", space + "x")]) == [None]

    async def test_a_hanging_server_costs_one_reply_time_out_and_then_nothing(
        self, own_valkey: OwnValkey, frail: Cache
    ) -> None:
        own_valkey.freeze()
        assert await frail.read(lambda space: [("GET", space + "x")]) is None
        assert at_once(frail.read(lambda space: [("GET", space + "x")])) is None
        own_valkey.thaw()
        await eventually(lambda: frail.available)

    async def test_connecting_without_a_server_succeeds_and_answers_once_there_is_one(
        self, tmp_path: Path
    ) -> None:
        valkey = OwnValkey(tmp_path)
        cache = await connect(valkey.url)
        assert not cache.available
        await valkey.start()
        await eventually(lambda: cache.available)
        await cache.aclose()
        valkey.kill()

    async def test_a_closed_cache_has_no_answer(self, redis_url: str) -> None:
        cache = await connect(redis_url)
        await cache.aclose()
        assert await cache.read(lambda space: [("GET", space + "x")]) is None

    async def test_a_server_out_of_memory_is_away_not_wrong(self, own_valkey: OwnValkey, frail: Cache) -> None:
        with own_valkey.client() as client:
            client.config_set("maxmemory", "1")
            assert await frail.write(lambda space: [("SET", space + "x", "1")]) is None
            client.config_set("maxmemory", "0")
        await eventually(lambda: frail.available)


class TestMistakes:
    async def test_a_wrong_command_raises_and_closes_nothing(self, cache: Cache) -> None:
        await cache.write(lambda space: [("SET", space + "x", "1")])
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            await cache.read(lambda space: [("ZCARD", space + "x")])
        assert cache.available

    async def test_an_address_that_cannot_be_read_raises(self) -> None:
        with pytest.raises(ValueError, match="scheme"):
            await connect("http://localhost")


class TestGenerations:
    async def test_a_flushed_server_begins_a_new_generation(self, own_valkey: OwnValkey, frail: Cache) -> None:
        await frail.write(lambda space: [("SET", space + "x", "1")])
        with own_valkey.client() as client:
            client.flushall()
        assert await frail.read(lambda space: [("GET", space + "x")]) is None
        await eventually(lambda: frail.available)
        assert await frail.read(lambda space: [("GET", space + "x")]) == [None]

    async def test_nothing_is_read_from_a_server_restarted_from_a_snapshot(
        self, own_valkey: OwnValkey, frail: Cache
    ) -> None:
        await frail.write(lambda space: [("SET", space + "x", "old")])
        with own_valkey.client() as client:
            client.save()
        own_valkey.kill()
        await own_valkey.start()
        await eventually(lambda: frail.available)
        with own_valkey.client() as client:
            assert client.dbsize() == 2
        assert await frail.read(lambda space: [("GET", space + "x")]) == [None]

    async def test_starting_over_empties_it_for_every_process(self, cache: Cache, other_process: Cache) -> None:
        await cache.write(lambda space: [("SET", space + "x", "1")])
        assert await other_process.read(lambda space: [("GET", space + "x")]) == [b"1"]
        assert await other_process.start_over()
        assert await cache.read(lambda space: [("GET", space + "x")]) == [None]
        assert await other_process.read(lambda space: [("GET", space + "x")]) == [None]
