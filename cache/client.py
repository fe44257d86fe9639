"""The process's way to Redis: asks while it answers, says "no answer" at once while it does not.

Laws:
- An outage never raises and never makes a caller wait for more than one reply time-out; afterwards every call
  has no answer at once, until the return (tried in the background) is complete.
- Everything lives in a numbered *generation*, part of every key. Nothing is read from a server of which we do
  not know that it has all that was written: another run of the server (restarted from a snapshot, a replica
  promoted) or a flushed one begins a new generation, empty, higher than every one before.
- Before anything is read after an outage, all debtors have repaid what they could not deliver meanwhile.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from redis.exceptions import RedisError

from cache.scripts import Command, Script
from cache.wire import Away, Wire, dial

logger = logging.getLogger(__name__)

RETRY_EVERY = 0.25
"""Seconds between attempts to return; up to a half more at random, so that processes do not come at once."""

_ENTER = Script(
    """
    local stored = redis.call('GET', KEYS[1]) or ''
    local number, run = string.match(stored, '^(%d+) (.*)$')
    number = tonumber(number or 0)
    local known = tonumber(ARGV[2])
    if run ~= ARGV[1] or number < known or ARGV[3] == '1' then
        local now = tonumber(redis.call('TIME')[1])
        number = math.max(number + 1, known + 1, now)
        redis.call('SET', KEYS[1], string.format('%.0f %s', number, ARGV[1]))
    end
    return number
    """
)

Build = Callable[[str], Sequence[Command]]
"""Makes commands for a key prefix (which ends in a colon). They must be safe to run twice."""
Send = Callable[[Build], Awaitable[list[Any]]]


class Debtor(Protocol):
    """Something that could not deliver while Redis was away, and has to before anyone reads again."""

    def owes(self) -> bool:
        """Whether something is left to deliver."""

    async def repay(self, send: Send) -> None:
        """Delivers it; what `send` raises goes through, and what was not delivered stays owed."""

    def forgive(self) -> None:
        """Everything stored is being dropped: forget what is owed."""


class Cache:
    """The shared connection, its breaker and the generation. Made by `connect`, ended by `aclose`."""

    def __init__(self, url: str, prefix: str) -> None:
        self.url = url
        self.prefix = prefix
        self._debtors: list[Debtor] = []
        self._wire: Wire | None = None
        self._arriving: Wire | None = None
        self._generation = 0
        self._distrusted = False
        self._reason = ""
        self._closed = False
        self._return: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()

    @property
    def available(self) -> bool:
        """Whether a read asked now would go to Redis."""
        return self._wire is not None

    def add_debtor(self, debtor: Debtor) -> None:
        """From now on no read is answered after an outage before this debtor has repaid."""
        self._debtors.append(debtor)

    async def read(self, build: Build) -> list[Any] | None:
        """The replies to the commands of `build`, or None: no answer, ask MongoDB.

        Raises `redis.exceptions.ResponseError` for a command that is wrong in itself.
        """
        return await self._ask(build, lambda: self._wire)

    async def write(self, build: Build) -> list[Any] | None:
        """As `read`, for commands that only write: they pass already while debtors are still repaying.

        None means that it is unknown whether they took effect; the caller must owe them.
        """
        return await self._ask(build, lambda: self._wire or self._arriving)

    async def publish(self, commands: Sequence[Command]) -> bool:
        """Sends commands that belong to no generation; False when it is unknown whether they arrived."""
        wire = self._wire
        if wire is None:
            return False
        try:
            await wire.send(commands)
        except Away:
            return False
        return True

    async def first_attempt(self) -> None:
        """Begins to connect, and waits until it worked or failed once."""
        self._begin_return()
        await self._tried.wait()
        if self._return is not None and self._return.done():
            self._return.result()

    async def start_over(self) -> bool:
        """Drops everything for every process, as a rebuild needs; False when Redis is away: then on its return."""
        self._tried.clear()
        self.distrust()
        await self._tried.wait()
        return self.available

    def distrust(self) -> None:
        """Closes reads until a new, empty generation has begun. Idempotent until then."""
        self._distrusted = True
        wire = self._wire or self._arriving
        if wire is not None:
            wire.fail("its contents cannot be trusted")
        self._begin_return()

    async def aclose(self) -> None:
        """Ends the connection and the attempts to return. Calls afterwards have no answer."""
        self._closed = True
        if self._return is not None:
            self._return.cancel()
            await asyncio.wait({self._return})
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.aclose()

    async def _ask(self, build: Build, current: Callable[[], Wire | None]) -> list[Any] | None:
        for _ in range(3):
            wire, generation = current(), self._generation
            if wire is None:
                return None
            try:
                stored, *replies = await wire.send([("GET", self._generation_key), *build(self._space)])
            except Away:
                return None
            number = int(stored.split(b" ")[0]) if stored else 0
            if number == generation:
                return replies
            if number > generation:
                # Another process began it; a reader must not look into the old one any longer.
                self._generation = max(self._generation, number)
                continue
            wire.fail("it was emptied")
            return None
        self.distrust()
        return None

    @property
    def _generation_key(self) -> str:
        return f"{self.prefix}:generation"

    @property
    def _space(self) -> str:
        return f"{self.prefix}:{self._generation}:"

    def _lost(self, wire: Wire, reason: str) -> None:
        if wire is self._wire:
            logger.warning("Redis is away, MongoDB answers instead: %s", reason)
            self._wire, self._reason = None, reason
        if wire is self._arriving:
            self._arriving = None
        self._begin_return()

    def _begin_return(self) -> None:
        if not self._closed and (self._return is None or self._return.done()):
            self._return = asyncio.create_task(self._keep_trying())

    async def _keep_trying(self) -> None:
        try:
            while not await self._try_to_return():
                self._tried.set()
                await asyncio.sleep(RETRY_EVERY * random.uniform(1, 1.5))
        finally:
            self._tried.set()
        logger.info("Redis answers, generation %d", self._generation)

    async def _try_to_return(self) -> bool:
        """One attempt: connect, find the generation, let the debtors repay, then open the reads."""
        try:
            wire = Wire(await dial(self.url), self._lost)
        except Away as error:
            self._note(str(error))
            return False
        try:
            await self._enter(wire)
            self._arriving = wire
            await self._settle(wire)
        except (Away, RedisError) as error:
            self._note(str(error))
            await wire.aclose()
        except BaseException:
            await wire.aclose()
            raise
        # No step in between: what was settled is what reads now see.
        self._wire = wire if wire.alive else None
        self._arriving = None
        return self.available

    async def _enter(self, wire: Wire) -> None:
        anew, self._distrusted = self._distrusted, False
        if anew:
            for debtor in self._debtors:
                debtor.forgive()
        try:
            (info,) = await wire.send([("INFO", "server")])
            call = _ENTER.call([self._generation_key], _run_id(info), self._generation, int(anew))
            (number,) = await wire.send([call])
        except BaseException:
            self._distrusted |= anew
            raise
        self._generation = max(self._generation, number)

    async def _settle(self, wire: Wire) -> None:
        async def send(build: Build) -> list[Any]:
            return await wire.send(build(self._space))

        while self._distrusted or any(debtor.owes() for debtor in self._debtors):
            if self._distrusted:
                await self._enter(wire)
            for debtor in self._debtors:
                await debtor.repay(send)

    def _note(self, reason: str) -> None:
        if reason != self._reason:
            self._reason = reason
            logger.warning("Redis is still away: %s", reason)


async def connect(url: str, *, prefix: str = "regulars") -> Cache:
    """The cache at a `redis://`, `rediss://` or `unix://` address: one server, or the primary of a failover pair.

    Tries once; when Redis is away it returns all the same and keeps trying. Raises ValueError for a bad address.
    """
    cache = Cache(url, prefix)
    try:
        await cache.first_attempt()
    except BaseException:
        await cache.aclose()
        raise
    return cache


def _run_id(info: bytes) -> bytes:
    for line in info.splitlines():
        if line.startswith(b"run_id:"):
            return line.removeprefix(b"run_id:")
    return b"unnamed"
