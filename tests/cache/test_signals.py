import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from cache.client import Cache
from cache.inbox import Inbox, Payload
from cache.signals import RESYNC, Signals
from tests.support.eventually import eventually
from tests.support.own_valkey import OwnValkey


@pytest.fixture
async def signals(cache: Cache) -> AsyncIterator[Signals]:
    signals = Signals(cache)
    yield signals
    await signals.aclose()


@pytest.fixture
async def frail_signals(frail: Cache) -> AsyncIterator[Signals]:
    signals = Signals(frail)
    yield signals
    await signals.aclose()


async def following(inbox: Inbox) -> Payload:
    async with asyncio.timeout(60):
        return await anext(inbox)


async def skipping_resyncs(inbox: Inbox) -> Payload:
    while (payload := await following(inbox)) is RESYNC:
        pass
    return payload


class TestListen:
    async def test_a_listener_gets_everything_of_its_channel_in_order(
        self, signals: Signals, other_process: Cache
    ) -> None:
        publisher = Signals(other_process)
        sent = [b"%d" % n for n in range(200)]
        async with signals.listen("ada") as inbox, signals.listen("ada") as second:
            for start in range(0, 200, 50):
                mixed = [(name, payload) for payload in sent[start : start + 50] for name in ("ada", "bob")]
                assert await publisher.publish_many(mixed)
            assert [await following(inbox) for _ in sent] == sent
            assert [await following(second) for _ in sent] == sent

    async def test_subscriptions_last_as_long_as_their_last_listener(
        self, own_valkey: OwnValkey, frail_signals: Signals
    ) -> None:
        channel = "regulars:signal:ada"
        with own_valkey.client() as client:
            async with frail_signals.listen("ada"):
                async with frail_signals.listen("ada"):
                    assert client.pubsub_numsub(channel) == [(channel.encode(), 1)]
                assert client.pubsub_numsub(channel) == [(channel.encode(), 1)]
            await eventually(lambda: client.pubsub_numsub(channel) == [(channel.encode(), 0)])
            async with frail_signals.listen("ada") as inbox:
                assert await frail_signals.publish_many([("ada", b"again")])
                assert await following(inbox) == b"again"

    async def test_a_slow_listener_is_told_to_resync_and_then_goes_on(self, cache: Cache) -> None:
        signals = Signals(cache, bound=3)
        async with signals.listen("ada") as inbox, signals.listen("done") as done:
            await signals.publish_many([("ada", b"%d" % n) for n in range(5)])
            await signals.publish_many([("done", b"")])
            await following(done)
            assert [await following(inbox), await following(inbox)] == [RESYNC, b"4"]
        await signals.aclose()

    async def test_five_thousand_listeners_in_one_process(self, signals: Signals) -> None:
        inboxes: dict[int, Inbox] = {}
        leave = asyncio.Event()

        async def listen(number: int) -> None:
            async with signals.listen(f"member-{number}") as inbox:
                inboxes[number] = inbox
                await leave.wait()

        before = len(asyncio.all_tasks())
        listeners = [asyncio.create_task(listen(number)) for number in range(5000)]
        await eventually(lambda: len(inboxes) == 5000)
        assert len(asyncio.all_tasks()) - before - 5000 <= 2
        assert await signals.publish_many([(f"member-{number}", b"%d" % number) for number in range(5000)])
        assert [await following(inboxes[number]) for number in range(5000)] == [b"%d" % n for n in range(5000)]
        leave.set()
        await asyncio.gather(*listeners)


class TestOutage:
    async def test_while_redis_is_away_a_listener_polls_and_after_its_return_it_resyncs_and_goes_on(
        self, own_valkey: OwnValkey, frail: Cache, frail_signals: Signals
    ) -> None:
        async with frail_signals.listen("ada") as inbox:
            own_valkey.kill()
            began = time.monotonic()
            assert [await following(inbox) for _ in range(3)] == [RESYNC] * 3
            assert time.monotonic() - began > 1  # it does not look all the time
            await own_valkey.start()
            await eventually(lambda: frail.available)
            with own_valkey.client() as client:
                await eventually(lambda: client.pubsub_numsub("regulars:signal:ada")[0][1] == 1)
            assert await following(inbox) is RESYNC
            payload: Payload = RESYNC
            while payload is RESYNC:
                await frail_signals.publish_many([("ada", b"live")])
                payload = await following(inbox)
            assert payload == b"live"

    async def test_a_hanging_server_counts_as_away(self, own_valkey: OwnValkey, frail_signals: Signals) -> None:
        async with frail_signals.listen("ada") as inbox:
            own_valkey.freeze()
            assert await following(inbox) is RESYNC
            own_valkey.thaw()

    async def test_listening_begins_at_once_without_a_server(
        self, own_valkey: OwnValkey, frail_signals: Signals
    ) -> None:
        own_valkey.kill()
        async with asyncio.timeout(60), frail_signals.listen("ada") as inbox:
            assert await anext(inbox) is RESYNC

    async def test_what_a_publisher_could_not_deliver_becomes_a_resync_for_every_listener(
        self, own_valkey: OwnValkey, frail: Cache, frail_other: Cache, frail_signals: Signals
    ) -> None:
        publisher = Signals(frail_other)
        async with frail_signals.listen("ada") as inbox:
            with own_valkey.client() as client:
                # Only the publisher's connection ends, and it has not noticed yet; the listener's own stays.
                client.client_kill_filter(_type="normal", skipme=True)
                assert not await publisher.publish_many([("ada", b"lost")])
            assert await following(inbox) is RESYNC
            await eventually(lambda: frail_other.available)
            assert await publisher.publish_many([("ada", b"live")])
            assert await skipping_resyncs(inbox) == b"live"
