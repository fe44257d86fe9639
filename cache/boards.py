"""Leaderboards as sorted sets, in the order of MongoDB's `sort({value: -1, member: 1})`.

Redis sorts by score and then by member, both upwards, so a score is the negative of the value: equal values
then stand by member, byte by byte, as MongoDB compares strings.

Values rise and fall (a refund takes back what was earned), so each comes with the sequence of the entry that it
follows from, and never replaces one of a higher sequence, whoever writes, in whatever order. The sequences stand
in the sorted set itself, beyond the rows: with the board they come, go and are renamed, so that no eviction can
leave rows without their guard. A member takes some 150 bytes a board. Whoever has nothing (zero or less) is not
listed, and is remembered by the sequence alone, lest a late writer bring back what they had.

A board answers only while it is complete. The mark of that is a member of the sorted set, too, the empty string
between rows and sequences: it comes with `replace` and goes with the board, so no flush, eviction or restart can
leave a part of a board that looks whole.
"""

import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from cache import board_scripts as scripts
from cache.client import Build, Cache, Send
from cache.scripts import Arg, Script

CHUNK = 500
BOUND = 50_000
Judged = tuple[str, int, int]
"""A member, the sequence of their newest entry, and their value as of it."""
WEEK = 7 * 86_400
"""An untouched board goes after a week; it is filled again when someone asks for it."""
LEASE = 15
"""Seconds after its last chunk in which a rebuilding counts as under way."""


class Boards:
    """Leaderboards by name. None always means: no answer, ask MongoDB."""

    def __init__(self, cache: Cache, *, bound: int = BOUND) -> None:
        """`bound`: how many undelivered values the process keeps before it gives a board up."""
        self._cache = cache
        self._bound = bound
        self._owed: dict[str, dict[str, Judged]] = {}
        self._forsaken: set[str] = set()
        cache.add_debtor(self)

    async def page(self, board: str, *, start: int, count: int) -> list[tuple[str, int]] | None:
        """`count` rows (member, value) from position `start` (0 is the first); the row at i has rank start+i+1."""
        if start < 0 or count < 1:
            raise ValueError("a page starts at 0 or later and has at least one row")
        flat = await self._ask(scripts.PAGE, board, start, count)
        if flat is None:
            return None
        rows = zip(flat[::2], flat[1::2], strict=True)
        return [(member.decode(), _value(score)) for member, score in rows]

    async def rank(self, board: str, member: str) -> tuple[int, int] | None:
        """The member's rank from 1 and value; None also when the board does not list the member.

        The rank is the position in the board's order: no two members share one, so that ranks, pages and
        cursors agree whoever answers. Among equal values the order is by member and means nothing.
        """
        answer = await self._ask(scripts.RANK, board, member)
        return None if answer is None else (answer[0] + 1, _value(answer[1]))

    async def size(self, board: str) -> int | None:
        """How many members the board lists."""
        size: int | None = await self._ask(scripts.SIZE, board)
        return size

    async def put_many(self, board: str, items: Sequence[Judged]) -> bool:
        """Sets members (member, seq, value), unless a higher sequence has; False when not yet delivered.

        What was not delivered is delivered on Redis' return, before anyone reads. A board that is not there
        stays away: it begins with `replace`.
        """
        delivered = False
        try:
            delivered = await self._cache.write(_puts(board, items)) is not None
        finally:
            if not delivered:
                self._owe(board, items)
        return delivered

    async def replace(self, board: str, rows: AsyncIterator[Judged]) -> bool:
        """Fills the board anew from all its rows (member, seq, value), then shows it at once.

        Rows must be read from the primary after this call has begun: values put meanwhile go into both boards,
        so none is lost. Members who have come down to nothing are rows, too. False, and no harm: Redis is away,
        or somebody else is already filling this board.
        """
        token = f"\x00\x00{secrets.token_hex(8)}"
        if not await self._build(scripts.BEGIN, board, token, LEASE):
            return False
        try:
            async with aclosing(_chunks(rows)) as chunks:
                async for chunk in chunks:
                    if not await self._build(scripts.ADD, board, token, LEASE, *_judged(chunk)):
                        return False
            return bool(await self._build(scripts.FINISH, board, token, WEEK))
        finally:
            await self._build(scripts.ABANDON, board, token)

    def owes(self) -> bool:
        """Whether values of this process are missing in Redis."""
        return bool(self._owed or self._forsaken)

    async def repay(self, send: Send) -> None:
        """Delivers what is owed, and takes down the boards of which too much is missing."""
        while self._forsaken:
            board = next(iter(self._forsaken))
            await send(_removal(board))
            self._forsaken.discard(board)
        while self._owed:
            board, owed = next(iter(self._owed.items()))
            # Taken out first, as more may be owed meanwhile; put back when this was not delivered either.
            del self._owed[board]
            try:
                await send(_puts(board, list(owed.values())))
            except BaseException:
                self._owe(board, list(owed.values()))
                raise

    def forgive(self) -> None:
        """All boards are being dropped."""
        self._owed.clear()
        self._forsaken.clear()

    def _owe(self, board: str, items: Sequence[Judged]) -> None:
        owed = self._owed.setdefault(board, {})
        for item in items:
            member, seq, _ = item
            if member not in owed or owed[member][1] <= seq:
                owed[member] = item
        if sum(map(len, self._owed.values())) > self._bound:
            self._forsaken.update(self._owed)
            self._owed.clear()

    async def _ask(self, script: Script, board: str, *args: Arg) -> Any:
        replies = await self._cache.read(lambda space: [script.call(_keys(space, board)[:1], *args)])
        return replies[0] if replies else None

    async def _build(self, script: Script, board: str, *args: Arg) -> Any:
        replies = await self._cache.write(lambda space: [script.call(_keys(space, board)[::-1], *args)])
        return replies[0] if replies else None


def _keys(space: str, board: str) -> tuple[str, str]:
    # Not `board:`, which an older build may still write, without sequences.
    return f"{space}leaders:{board}", f"{space}leaders-next:{board}"


def _puts(board: str, items: Sequence[Judged]) -> Build:
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    return lambda space: [scripts.PUT.call(_keys(space, board), WEEK, *_judged(chunk)) for chunk in chunks]


def _removal(board: str) -> Build:
    return lambda space: [("DEL", *_keys(space, board))]


def _judged(items: Sequence[Judged]) -> list[Arg]:
    return [part for member, seq, value in items for part in (-value, member, seq)]


def _value(score: bytes) -> int:
    return -int(float(score))


async def _chunks(rows: AsyncIterator[Judged]) -> AsyncGenerator[list[Judged]]:
    chunk: list[Judged] = []
    async for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
