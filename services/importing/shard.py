"""Sharing one file among processes: each reads all of it and takes the rows of its own members."""

import zlib
from dataclasses import dataclass
from typing import Any

from services.importing.mapping import Mapping
from services.importing.rows import Row


@dataclass(frozen=True, slots=True)
class Shard:
    """One process's part, `index` of `count`. A member's rows are all in one, so that they stay in order."""

    index: int = 0
    count: int = 1

    def has(self, mapping: Mapping, row: Row) -> bool:
        """Whether the row is this part's; each row is in exactly one. Bad rows are the first part's."""
        return self.count == 1 or _hash(mapping, row) % self.count == self.index


WHOLE = Shard()


def can_be_shared(mapping: Mapping) -> bool:
    """Whether rows name members in one way only: else two parts could have rows of one member."""
    return sum(name.startswith("member.") for name in mapping.fields) == 1


def _hash(mapping: Mapping, row: Row) -> int:
    if row.value is None:
        return 0
    names: list[Any] = [pick(row.value) for name, pick in mapping.fields.items() if name.startswith("member.")]
    # Not the checksum that chooses a lane: each part needs members for all of its lanes.
    return zlib.adler32(str(names[0]).encode(errors="replace")) if names else 0
