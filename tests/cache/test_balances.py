import asyncio
import random
from pathlib import Path

import pytest

from cache.balances import Balances, Cached
from cache.client import Cache, connect
from tests.support.eventually import eventually
from tests.support.own_valkey import OwnValkey


class TestGetMany:
    async def test_it_gives_what_was_put_and_leaves_out_what_is_not_known(self, cache: Cache) -> None:
        balances = Balances(cache)
        assert await balances.put_many([("ada", 1, b"1 2\x00 3"), ("bob", 12, b"")])
        assert await balances.get_many(["ada", "bob", "eve"]) == {
            "ada": Cached(1, b"1 2\x00 3"),
            "bob": Cached(12, b""),
        }
        assert await balances.get("eve") is None

    async def test_gets_of_one_tick_travel_as_one_command(self, own_valkey: OwnValkey, frail: Cache) -> None:
        balances = Balances(frail)
        members = [f"m{n}" for n in range(100)]
        await balances.put_many([(member, 1, member.encode()) for member in members])
        with own_valkey.client() as client:
            client.config_resetstat()
            found = await asyncio.gather(*(balances.get(member) for member in members))
            assert found == [Cached(1, member.encode()) for member in members]
            assert client.info("commandstats")["cmdstat_mget"]["calls"] == 1

    async def test_a_caller_who_gives_up_does_not_take_the_answer_from_the_others(self, cache: Cache) -> None:
        balances = Balances(cache)
        await balances.put_many([("ada", 1, b"x")])
        impatient = asyncio.create_task(balances.get("ada"))
        patient = asyncio.create_task(balances.get("ada"))
        await asyncio.sleep(0)
        impatient.cancel()
        assert await patient == Cached(1, b"x")

    async def test_more_members_than_one_command_takes(self, cache: Cache) -> None:
        balances = Balances(cache)
        items = [(f"m{n}", n + 1, b"%d" % n) for n in range(1201)]
        assert await balances.put_many(items)
        assert await balances.get_many([member for member, _, _ in items]) == {
            member: Cached(seq, value) for member, seq, value in items
        }


class TestPutMany:
    async def test_it_is_one_round_trip_and_every_key_expires_within_a_day(
        self, own_valkey: OwnValkey, frail: Cache
    ) -> None:
        balances = Balances(frail)
        with own_valkey.client() as client:
            assert await balances.put_many([("warm", 1, b"")])
            client.config_resetstat()
            assert await balances.put_many([(f"m{n}", 1, b"x") for n in range(400)])
            assert client.info("commandstats")["cmdstat_evalsha"]["calls"] == 1
            lives = {client.ttl(key) for key in client.scan_iter("*:balance:*")}
        assert len(lives) > 100
        assert min(lives) > 75_000
        assert max(lives) <= 86_400

    @pytest.mark.parametrize("seq", [6, 7])
    async def test_a_same_or_higher_sequence_is_never_replaced(
        self, cache: Cache, other_process: Cache, seq: int
    ) -> None:
        balances = Balances(cache)
        await balances.put_many([("ada", 7, b"seven")])
        assert await Balances(other_process).put_many([("ada", seq, b"other")])
        assert await balances.get("ada") == Cached(7, b"seven")

    async def test_of_64_writers_in_any_order_the_highest_sequence_stands(
        self, cache: Cache, other_process: Cache
    ) -> None:
        writers = [Balances(cache), Balances(other_process)]
        sequences = [*range(1, 65)]
        random.Random(7).shuffle(sequences)
        await asyncio.gather(*(writers[n % 2].put_many([("ada", n, b"%d" % n)]) for n in sequences))
        assert await Balances(cache).get("ada") == Cached(64, b"64")

    async def test_it_survives_a_script_flush(self, own_valkey: OwnValkey, frail: Cache) -> None:
        balances = Balances(frail)
        await balances.put_many([("ada", 1, b"one")])
        with own_valkey.client() as client:
            client.script_flush()
        assert await balances.put_many([("ada", 2, b"two")])
        assert await balances.get("ada") == Cached(2, b"two")
        assert frail.available


class TestWhatCouldNotBeDelivered:
    async def test_a_state_put_while_redis_hung_is_never_read_stale(
        self, own_valkey: OwnValkey, frail: Cache, frail_other: Cache
    ) -> None:
        mine, others = Balances(frail), Balances(frail_other)
        await mine.put_many([("ada", 4, b"old"), ("bob", 4, b"old")])
        own_valkey.freeze()
        assert await mine.get("ada") is None
        assert not await mine.put_many([("ada", 5, b"new")])
        own_valkey.thaw()
        await eventually(lambda: frail.available)
        assert await mine.get_many(["ada", "bob"]) == {"bob": Cached(4, b"old")}
        await eventually(lambda: frail_other.available)
        assert await others.get_many(["ada", "bob"]) == {"bob": Cached(4, b"old")}

    async def test_a_late_writer_cannot_bring_the_old_state_back(
        self, own_valkey: OwnValkey, frail: Cache, frail_other: Cache
    ) -> None:
        mine, others = Balances(frail), Balances(frail_other)
        await mine.put_many([("ada", 4, b"old")])
        own_valkey.freeze()
        await mine.get("ada")
        await mine.put_many([("ada", 5, b"new")])
        own_valkey.thaw()
        await eventually(lambda: frail.available and frail_other.available)
        await others.put_many([("ada", 4, b"old")])
        assert await others.get("ada") is None
        assert await others.put_many([("ada", 5, b"new")])
        assert await mine.get("ada") == Cached(5, b"new")

    async def test_past_the_bound_nothing_stored_before_is_read_again_by_anyone(
        self, own_valkey: OwnValkey, frail: Cache, frail_other: Cache
    ) -> None:
        mine, others = Balances(frail, bound=10), Balances(frail_other)
        members = [f"m{n}" for n in range(20)]
        await others.put_many([(member, 4, b"old") for member in members])
        own_valkey.freeze()
        await mine.get("m0")
        await mine.put_many([(member, 5, b"new") for member in members[:15]])
        own_valkey.thaw()
        await eventually(lambda: frail.available and frail_other.available)
        assert await mine.get_many(members) == {}
        assert await others.get_many(members) == {}
        assert await mine.put_many([("m1", 5, b"new")])
        assert await others.get("m1") == Cached(5, b"new")

    async def test_a_put_that_was_delivered_is_not_forgotten_with_the_server(
        self, own_valkey: OwnValkey, frail: Cache, frail_other: Cache
    ) -> None:
        mine = Balances(frail)
        await mine.put_many([("ada", 5, b"new")])
        own_valkey.kill()
        await own_valkey.start()
        await eventually(lambda: frail.available and frail_other.available)
        await Balances(frail_other).put_many([("ada", 4, b"old")])
        assert await mine.get("ada") is None

    async def test_under_constant_posting_no_outage_ever_shows_an_older_state(
        self, own_valkey: OwnValkey, frail: Cache
    ) -> None:
        balances = Balances(frail)
        posted = 0
        stale: list[tuple[int, int]] = []
        ended = asyncio.Event()

        async def post_and_read() -> None:
            nonlocal posted
            while not ended.is_set():
                posted += 1
                await balances.put_many([("ada", posted, b"")])
                found = await balances.get("ada")
                if found is not None and found.seq < posted:
                    stale.append((found.seq, posted))
                await asyncio.sleep(0)

        work = asyncio.create_task(post_and_read())
        for _ in range(3):
            await eventually(lambda: frail.available)
            own_valkey.freeze()
            await eventually(lambda: not frail.available)
            own_valkey.thaw()
            await eventually(lambda: frail.available)
            own_valkey.kill()
            await eventually(lambda: not frail.available)
            await own_valkey.start()
        await eventually(lambda: frail.available)
        ended.set()
        await work
        assert stale == []
        assert await balances.get("ada") == Cached(posted, b"")


async def test_a_member_put_before_there_ever_was_a_server_is_a_floor_from_the_first(tmp_path: Path) -> None:
    valkey = OwnValkey(tmp_path)
    cache = await connect(valkey.url)
    balances = Balances(cache)
    assert not await balances.put_many([("ada", 5, b"new")])
    await valkey.start()
    await eventually(lambda: cache.available)
    await balances.put_many([("ada", 4, b"old")])
    assert await balances.get("ada") is None
    await cache.aclose()
    valkey.kill()
