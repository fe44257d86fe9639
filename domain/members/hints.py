"""Hints of who somebody is, as events and profiles carry them: the devices they use, the means they pay with."""

from collections.abc import Mapping
from typing import Any, NamedTuple

MAX_VALUES = 5
_MAX_TEXT = 200


class Hints(NamedTuple):
    """Values as they were sent, or what stands for them where they are kept."""

    devices: frozenset[str] = frozenset()
    payments: frozenset[str] = frozenset()

    def __or__(self, other: "Hints") -> "Hints":
        """Both together."""
        return Hints(self.devices | other.devices, self.payments | other.payments)

    def is_same_person(self, other: "Hints") -> bool:
        """Whether both use one device and pay with one means: then they are taken for one person."""
        return bool(self.devices & other.devices and self.payments & other.payments)


def hints_in(attributes: Mapping[str, Any]) -> Hints:
    """The hints in the attributes `device` or `devices`, and `payment` or `payments`: texts, or lists of texts."""
    return Hints(_texts(attributes, "device", "devices"), _texts(attributes, "payment", "payments"))


def _texts(attributes: Mapping[str, Any], *names: str) -> frozenset[str]:
    found: list[Any] = []
    for value in map(attributes.get, names):
        found += value if isinstance(value, list) else [value]
    texts = (one.strip()[:_MAX_TEXT] for one in found if isinstance(one, str))
    return frozenset(list(filter(None, texts))[:MAX_VALUES])
