"""Signals between processes: "something happened to this member", at most once, never the truth itself.

Law: a listener gets every payload of its channel, in order, or else a RESYNC after the loss. That holds for
slow readers, for a lost connection, and for payloads that a publisher could not deliver: publishers owe those,
and on Redis' return tell everybody to resync.
Publishing does not depend on generations: a channel is the same whatever is stored.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from cache.client import Cache, Send
from cache.hub import Hub
from cache.inbox import RESYNC, Inbox, Payload

__all__ = ["RESYNC", "Inbox", "Payload", "Signals"]

BOUND = 256


class Signals:
    """Publish and listen. One connection of its own a process listens for all, once the first one does."""

    def __init__(self, cache: Cache, *, bound: int = BOUND) -> None:
        """`bound`: how many payloads wait for a slow listener before it gets RESYNC instead."""
        self._cache = cache
        self._bound = bound
        self._missed = False
        self._space = f"{cache.prefix}:signal:"
        self._hub = Hub(cache.url, everybody=f"{cache.prefix}:resync")
        cache.add_debtor(self)

    async def publish_many(self, items: Sequence[tuple[str, bytes]]) -> bool:
        """Sends payloads (channel, payload) in one round trip; False: lost, their listeners get RESYNC later."""
        commands = [("PUBLISH", self._space + channel, payload) for channel, payload in items]
        delivered = not commands
        try:
            delivered = delivered or await self._cache.publish(commands)
        finally:
            self._missed |= not delivered
        return delivered

    @asynccontextmanager
    async def listen(self, channel: str) -> AsyncIterator[Inbox]:
        """All that is published after the block has begun: read the truth inside it, and nothing is missed.

        Waits until Redis has confirmed; while Redis is away it begins at once, with a RESYNC every second.
        """
        inbox = Inbox(self._bound)
        await self._hub.join(self._space + channel, inbox)
        try:
            yield inbox
        finally:
            self._hub.leave(self._space + channel, inbox)

    async def aclose(self) -> None:
        """Ends listening; inboxes that are still open get nothing more."""
        await self._hub.aclose()

    def owes(self) -> bool:
        """Whether listeners somewhere may have missed a payload of this process."""
        return self._missed

    async def repay(self, send: Send) -> None:
        """Tells every listener of every process to resync."""
        self._missed = False
        try:
            await send(lambda _: [("PUBLISH", self._hub.everybody, b"")])
        except BaseException:
            self._missed = True
            raise

    def forgive(self) -> None:
        """Nothing to do: dropping what is stored does not bring a payload to its listeners."""
