"""The newest ledger state of each member, as opaque bytes under its sequence number.

Laws:
- A value never replaces one of the same or a higher sequence, whoever writes, in whatever order.
- A process never reads a state older than one it has put, also when that put never arrived.
- Put only what is majority-committed: a sequence that a failover takes back would stay for a day.

Stored as `<seq> <value>`; a bare `<seq>` is a floor: no value, but nothing lower may come in. A process leaves
one where its put was lost, and a late writer with an old state then cannot bring that state back.
"""

import asyncio
import random
from collections.abc import Sequence
from typing import NamedTuple

from cache.client import Build, Cache, Send
from cache.floors import Floors
from cache.scripts import Arg, Command, Script

DAY = 86_400
CHUNK = 500
BOUND = 50_000

_PUT = Script(
    """
    for i, key in ipairs(KEYS) do
        local seq, stored, ttl = tonumber(ARGV[3 * i - 2]), ARGV[3 * i - 1], ARGV[3 * i]
        local held, value = string.match(redis.call('GETRANGE', key, 0, 20), '^(%d+)( ?)')
        held = tonumber(held or -1)
        if seq > held or (seq == held and value == '') then
            redis.call('SET', key, stored, 'EX', ttl)
        end
    end
    """
)


class Cached(NamedTuple):
    """A member's state as of entry `seq`."""

    seq: int
    value: bytes


class Balances:
    """Hot states. Every answer may be missing, for any reason: what is missing is in MongoDB."""

    def __init__(self, cache: Cache, *, bound: int = BOUND) -> None:
        """`bound`: of how many members the process remembers what it has put (150 bytes each)."""
        self._cache = cache
        self._floors = Floors(bound)
        self._gathering: _Gathering | None = None
        cache.add_debtor(self)

    async def get_many(self, members: Sequence[str]) -> dict[str, Cached]:
        """The states that are known, by member. Calls of one tick of the loop travel as one."""
        if not self._cache.available or not members:
            return {}
        if self._gathering is None:
            self._gathering = _Gathering()
            self._gathering.task = asyncio.create_task(self._fetch(self._gathering))
        gathering = self._gathering
        gathering.members.update(dict.fromkeys(members))
        # Shielded: one caller who gives up must not take the answer from the others.
        found = await asyncio.shield(gathering.task)
        # Asked of the floors as late as possible: a put may have passed the read on its way.
        return {
            member: found[member]
            for member in members
            if member in found and self._floors.accepts(member, found[member].seq)
        }

    async def get(self, member: str) -> Cached | None:
        """One state; None when it is not known here."""
        return (await self.get_many((member,))).get(member)

    async def put_many(self, items: Sequence[tuple[str, int, bytes]]) -> bool:
        """Offers states (member, seq, value), in one round trip a 500; False when some may not have arrived.

        Whoever posted need not look at the answer: what did not arrive is remembered here, and this process
        reads nothing older.
        """
        return await self._offer([(member, seq, b"%d %s" % (seq, value)) for member, seq, value in items])

    async def outdate_many(self, items: Sequence[tuple[str, int]]) -> bool:
        """Says that members have gone on to these sequences, without saying where to: readers ask MongoDB then.

        Cheaper than `put_many`, for many members whom nobody is waiting to read; otherwise as that.
        """
        return await self._offer([(member, seq, b"%d" % seq) for member, seq in items])

    async def _offer(self, items: Sequence[tuple[str, int, bytes]]) -> bool:
        for member, seq, _ in items:
            self._floors.raise_to(member, seq)
        chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
        delivered = False
        try:
            replies = await self._cache.write(
                lambda space: [_put(space, chunk) for chunk in chunks],
            )
            delivered = replies is not None
        finally:
            self._account(items, delivered)
        return delivered

    def owes(self) -> bool:
        """Whether puts of this process are missing in Redis."""
        return bool(self._floors.owed)

    async def repay(self, send: Send) -> None:
        """Leaves a floor for each lost put, so that nobody can read, or bring back, what was before it."""
        while owed := self._floors.some_owed(CHUNK):
            await send(_floors(owed))
            self._floors.deliver(owed)

    def forgive(self) -> None:
        """What is owed does not matter any more: the whole generation is being dropped."""
        self._floors.forgive()

    def _account(self, items: Sequence[tuple[str, int, bytes]], delivered: bool) -> None:
        if delivered:
            self._floors.deliver((member, seq) for member, seq, _ in items)
            return
        for member, seq, _ in items:
            self._floors.owe(member, seq)
        if self._floors.overflowed:
            self._cache.distrust()

    async def _fetch(self, gathering: "_Gathering") -> dict[str, Cached]:
        # The task's first step comes after everyone in this tick has asked.
        self._gathering = None
        members = list(gathering.members)
        replies = await self._cache.read(
            lambda space: [
                ("MGET", *(_key(space, member) for member in members[start : start + CHUNK]))
                for start in range(0, len(members), CHUNK)
            ]
        )
        stored = [raw for reply in replies or () for raw in reply]
        found = ((member, _parse(raw)) for member, raw in zip(members, stored, strict=False) if raw)
        return {member: cached for member, cached in found if cached is not None}


class _Gathering:
    __slots__ = ("members", "task")

    def __init__(self) -> None:
        self.members: dict[str, None] = {}
        self.task: asyncio.Task[dict[str, Cached]]


def _key(space: str, member: str) -> str:
    return f"{space}balance:{member}"


def _put(space: str, items: Sequence[tuple[str, int, bytes]]) -> Command:
    keys = [_key(space, member) for member, _, _ in items]
    arguments: list[Arg] = []
    for _, seq, stored in items:
        # Jitter, so that a whole import does not fall out of Redis in one second.
        arguments += (seq, stored, DAY - random.randrange(DAY // 8))
    return _PUT.call(keys, *arguments)


def _floors(owed: Sequence[tuple[str, int]]) -> Build:
    return lambda space: [_put(space, [(member, seq, b"%d" % seq) for member, seq in owed])]


def _parse(stored: bytes) -> Cached | None:
    seq, space, value = stored.partition(b" ")
    return Cached(int(seq), value) if space else None
