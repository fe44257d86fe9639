"""The tips that a root was made of, in a file: records of one width, sorted by member, to be found fast."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from domain.ledger.root import Tip

_RECORD = struct.Struct(">32sQ32s")
_MEMBER_BYTES = 32
_AT_ONCE = 1_024


def pack(tip: Tip) -> bytes:
    """The record of a tip. Raises ValueError for what no entry of ours is: a longer id, another kind of hash."""
    member = tip.member.encode()
    if not 1 <= len(member) <= _MEMBER_BYTES or b"\0" in member:
        raise ValueError(f"a member is called {tip.member!r}: ids have 1 to {_MEMBER_BYTES} bytes")
    if tip.seq < 1 or len(tip.hash) != 32:
        raise ValueError(f"entry {tip.seq} of member {tip.member} has no sequence or hash that an entry can have")
    return _RECORD.pack(member, tip.seq, tip.hash)


class TipsFile:
    """A file of records, open for reading. A context manager."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("rb")
        self.size, self.torn = divmod(path.stat().st_size, _RECORD.size)

    def __enter__(self) -> "TipsFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getitem__(self, index: int) -> Tip:
        self._file.seek(index * _RECORD.size)
        return _unpack(self._file.read(_RECORD.size))

    def __iter__(self) -> Iterator[Tip]:
        return self.between("", None)

    def between(self, low: str, high: str | None) -> Iterator[Tip]:
        """The tips of members from `low` up to, and without, `high`, in order; a block at a time in memory."""
        index = self.index(low)
        while index < self.size:
            self._file.seek(index * _RECORD.size)
            block = self._file.read(_RECORD.size * min(_AT_ONCE, self.size - index))
            for record in (block[at : at + _RECORD.size] for at in range(0, len(block), _RECORD.size)):
                tip = _unpack(record)
                if high is not None and tip.member >= high:
                    return
                yield tip
            index += _AT_ONCE

    def find(self, member: str) -> Tip | None:
        """The member's tip."""
        index = self.index(member)
        tip = self[index] if index < self.size else None
        return tip if tip and tip.member == member else None

    def index(self, member: str) -> int:
        """Where the member's record is, or would be."""
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            if self[middle].member < member:
                low = middle + 1
            else:
                high = middle
        return low


def _unpack(record: bytes) -> Tip:
    member, seq, hash = _RECORD.unpack(record)
    return Tip(member.rstrip(b"\0").decode(errors="replace"), seq, hash)
