"""What this process knows to be written, so that it never believes Redis when Redis knows less."""

from collections.abc import Iterable, Mapping
from itertools import islice


class Floors:
    """The highest sequence of each member that this process has put, for the last `bound` members.

    Those that could not be delivered are owed besides, at most `bound` members; past it `overflowed` says
    that nothing stored can be believed any more.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._known: dict[str, int] = {}
        self._owed: dict[str, int] = {}
        self.overflowed = False

    def raise_to(self, member: str, seq: int) -> None:
        """The member's state has reached `seq`; lower ones are stale from now on."""
        # Taken out and put back, so that the dict's order is the order of last use.
        seq = max(seq, self._known.pop(member, 0))
        self._known[member] = seq
        if len(self._known) > self._bound:
            del self._known[next(iter(self._known))]

    def owe(self, member: str, seq: int) -> None:
        """Whether `seq` reached Redis is unknown."""
        self._owed[member] = max(seq, self._owed.get(member, 0))
        if len(self._owed) > self._bound:
            self.overflowed = True
            self._owed.clear()

    def deliver(self, items: Iterable[tuple[str, int]]) -> None:
        """Redis has these, or higher ones."""
        for member, seq in items:
            if self._owed.get(member, seq + 1) <= seq:
                del self._owed[member]

    def accepts(self, member: str, seq: int) -> bool:
        """Whether a state of that sequence may be shown."""
        if self.overflowed:
            return False
        return seq >= self._known.get(member, 0) and seq >= self._owed.get(member, 0)

    @property
    def owed(self) -> Mapping[str, int]:
        """What has to be delivered, by member."""
        return self._owed

    def some_owed(self, count: int) -> list[tuple[str, int]]:
        """At most `count` of them."""
        return list(islice(self._owed.items(), count))

    def forgive(self) -> None:
        """Nothing of what was stored will be read again."""
        self._owed.clear()
        self.overflowed = False
