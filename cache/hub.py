"""One pub/sub connection for all listeners of a process."""

import asyncio
import itertools
import logging
import random
from collections import Counter
from typing import Any

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

from cache.inbox import Inbox
from cache.wire import REPLY_TIMEOUT, Away, dial

logger = logging.getLogger(__name__)

PING_EVERY = 1.0
SILENCE = 2.5
"""Seconds without a word, pongs included, after which the connection counts as lost."""
SLICES = 10
"""RESYNC goes to everybody within a second, a tenth at a time: whoever gets it asks MongoDB."""


class _Channel:
    __slots__ = ("inboxes", "waiters")

    def __init__(self) -> None:
        self.inboxes: dict[Inbox, int] = {}
        self.waiters: list[asyncio.Future[None]] = []

    def release(self) -> None:
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_result(None)
        self.waiters.clear()


class Hub:
    """Keeps Redis' subscriptions equal to what listeners want, over losses, and hands payloads out.

    A listener costs an inbox and two entries in dicts, and no task.
    """

    def __init__(self, url: str, *, everybody: str) -> None:
        """`everybody`: the channel on which a message means RESYNC to all."""
        self._url = url
        self.everybody = everybody
        self._everybody = everybody.encode()
        self._channels: dict[bytes, _Channel] = {}
        self._slices: list[dict[Inbox, None]] = [{} for _ in range(SLICES)]
        self._next_slice = itertools.cycle(range(SLICES))
        self._next_turn = itertools.cycle(range(SLICES))
        # What this connection has subscribed to, and of that, what Redis has not confirmed.
        self._subscribed: set[bytes] = set()
        self._unconfirmed: Counter[bytes] = Counter()
        self._resubscribing = 0
        self._changed: set[bytes] = set()
        self._wake = asyncio.Event()
        self._away = False
        self._resyncs_left = 0
        self._running: asyncio.Task[None] | None = None
        self._resyncing: asyncio.Task[None] | None = None

    async def join(self, channel: str, inbox: Inbox) -> None:
        """From its return on the inbox gets all that is published, or RESYNC each second while Redis is away."""
        name = channel.encode()
        held = self._channels.setdefault(name, _Channel())
        held.inboxes[inbox] = slot = next(self._next_slice)
        self._slices[slot][inbox] = None
        self._mark(name)
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        try:
            while not self._away and not self._confirmed(name):
                waiter = asyncio.get_running_loop().create_future()
                held.waiters.append(waiter)
                await waiter
        except BaseException:
            self.leave(channel, inbox)
            raise
        if self._away:
            inbox.resync()

    def leave(self, channel: str, inbox: Inbox) -> None:
        """Nothing more for this inbox; the last one to leave a channel ends the subscription."""
        name = channel.encode()
        held = self._channels[name]
        del self._slices[held.inboxes.pop(inbox)][inbox]
        if not held.inboxes:
            del self._channels[name]
            self._mark(name)

    async def aclose(self) -> None:
        """Ends the connection."""
        for task in (self._running, self._resyncing):
            if task is not None:
                task.cancel()
                # Not awaited itself: that we are cancelled meanwhile would look like its end.
                await asyncio.wait({task})
                if not task.cancelled():
                    task.result()

    def _mark(self, name: bytes) -> None:
        self._changed.add(name)
        self._wake.set()

    def _confirmed(self, name: bytes) -> bool:
        return name in self._subscribed and not self._unconfirmed[name]

    async def _run(self) -> None:
        wait = 0.05
        while True:
            try:
                connection = await dial(self._url)
                wait = 0.05
                await self._serve(connection)
            except (Away, RedisError, OSError) as error:
                self._go_away(str(error))
            await asyncio.sleep(wait * random.uniform(1, 1.5))
            wait = min(2 * wait, 1.0)

    async def _serve(self, connection: AbstractConnection) -> None:
        self._subscribed, self._unconfirmed = set(), Counter()
        self._changed = {self._everybody, *self._channels}
        self._resubscribing = 1
        writer = asyncio.create_task(self._write(connection))
        try:
            while True:
                patience = REPLY_TIMEOUT if self._resubscribing else SILENCE
                message = await connection.read_response(timeout=patience)
                if message is None:
                    raise Away("no pong in time")
                self._take(*message)
        finally:
            writer.cancel()
            await connection.disconnect(nowait=True)

    async def _write(self, connection: AbstractConnection) -> None:
        try:
            while True:
                await self._send_changes(connection)
                try:
                    async with asyncio.timeout(PING_EVERY):
                        await self._wake.wait()
                    self._wake.clear()
                except TimeoutError:
                    await connection.send_command("PING", check_health=False)
        except (RedisError, OSError):
            # The reader notices, and it is the one that tells.
            await connection.disconnect(nowait=True)

    async def _send_changes(self, connection: AbstractConnection) -> None:
        changed, self._changed = self._changed, set()
        wanted = {name for name in changed if name in self._channels or name == self._everybody}
        drop = (changed - wanted) & self._subscribed
        add = wanted - self._subscribed
        if not self._subscribed:
            self._resubscribing = len(add)
        self._subscribed = (self._subscribed - drop) | add
        self._unconfirmed.update(add)
        if drop:
            await connection.send_command("UNSUBSCRIBE", *drop, check_health=False)
        if add:
            await connection.send_command("SUBSCRIBE", *add, check_health=False)

    def _take(self, kind: bytes, name: bytes, payload: Any = None) -> None:
        if kind == b"subscribe":
            self._confirm(name)
        elif kind == b"message" and name == self._everybody:
            self._resync_everybody()
        elif kind == b"message" and name in self._channels:
            for inbox in self._channels[name].inboxes:
                inbox.put(payload)

    def _confirm(self, name: bytes) -> None:
        self._unconfirmed[name] -= 1
        if not self._unconfirmed[name]:
            del self._unconfirmed[name]
            if name in self._channels:
                self._channels[name].release()
        if self._resubscribing:
            self._resubscribing -= 1
            if not self._resubscribing and self._away:
                self._come_back()

    def _go_away(self, reason: str) -> None:
        if not self._away:
            logger.warning("signals are away, listeners poll: %s", reason)
        self._away = True
        self._resync_everybody()
        for channel in self._channels.values():
            channel.release()

    def _come_back(self) -> None:
        logger.info("signals are back")
        self._away = False
        # What was published before the last confirmation may be missing: one more round to everybody.
        self._resync_everybody()

    def _resync_everybody(self) -> None:
        self._resyncs_left = SLICES
        if self._resyncing is None or self._resyncing.done():
            self._resyncing = asyncio.create_task(self._resync())

    async def _resync(self) -> None:
        while self._away or self._resyncs_left:
            self._resyncs_left = max(0, self._resyncs_left - 1)
            for inbox in self._slices[next(self._next_turn)]:
                inbox.resync()
            await asyncio.sleep(1 / SLICES)
