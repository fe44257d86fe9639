"""Values that are worked out when they are first asked for."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

_Value = TypeVar("_Value")


class Lazily(Generic[_Value]):
    """As `functools.cached_property`, for objects of one thread: that one takes a lock for each value."""

    def __init__(self, work_out: Callable[[Any], _Value]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    def __get__(self, owner: Any, kind: type) -> _Value:
        """The value, which then stands in the object itself and is found there before this."""
        value = owner.__dict__[self._name] = self._work_out(owner)
        return value
