"""What was last seen of the members that were seen last."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value", bound=Hashable)
BOUND = 50_000


class Recent(Generic[Value]):
    """A value a member, for at most `bound` members: whoever was set longest ago is forgotten first."""

    def __init__(self, bound: int = BOUND) -> None:
        self._bound = bound
        self._values: OrderedDict[str, Value] = OrderedDict()

    def get(self, member: str) -> Value | None:
        """The member's value, if it is remembered."""
        return self._values.get(member)

    def set(self, member: str, value: Value) -> None:
        """Remembers a value; the member is now the one seen last."""
        self._values[member] = value
        self._values.move_to_end(member)
        if len(self._values) > self._bound:
            self._values.popitem(last=False)
