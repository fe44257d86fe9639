"""Heads that this process has seen, so that most postings need no read before they are decided.

Why that is safe:
- A head is put here only from an insert or a commit that a majority acknowledged, or from a majority read. No
  failover takes such an entry back, and none is ever removed: what is here may be old, and is never wrong.
- An entry decided upon an old head is not written: its sequence is taken already (unique index). One whose key
  stands is not written either. Both lose as every race is lost, and then the head and the key are read.
- Whatever writes nothing (a refusal, nothing to do, a defect, an answer to a retry) has no such guard. It is only
  believed of a head that was read just then, and after the key was looked up behind it.
- Facts from outside the head (the programme, a member's status) were read by the caller before, as they would be
  without this. Facts of the ledger itself come by `Posting.prepare` and are cut at the head.
- After an unknown outcome the head is dropped. So it is after a lost race.

The ledger's past must not change under a running process: over an older backup, what is posted upon a head from
before leaves a gap, which `regulars verify` reports. Stop every process that writes, restore, start them again.
"""

from collections import OrderedDict
from collections.abc import Iterable

from domain.ledger.entry import Head


class KnownHeads:
    """The heads of the `bound` members who were written last."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._heads: OrderedDict[str, Head] = OrderedDict()

    def get(self, member: str) -> Head | None:
        """The newest head seen of the member; others may have written more since."""
        head = self._heads.get(member)
        if head is not None:
            self._heads.move_to_end(member)
        return head

    def put(self, head: Head) -> None:
        """Keeps a head that a majority has."""
        self._heads[head.member] = head
        self._heads.move_to_end(head.member)
        if len(self._heads) > self._bound:
            self._heads.popitem(last=False)

    def drop(self, members: Iterable[str]) -> None:
        """Forgets these members: what comes next is read."""
        for member in members:
            self._heads.pop(member, None)

    def is_ahead_of(self, head: Head) -> bool:
        """Whether a newer head was seen: then the store that gave this one has yet to catch up."""
        known = self._heads.get(head.member)
        return known is not None and known.seq > head.seq
