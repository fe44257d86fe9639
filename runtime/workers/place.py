"""How far a follower has come, as its checkpoint holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """`token`: where in the log; None when that is unknown. `handled_at`: the latest time at which an entry
    that was handled had been recorded; None before the first start. `skipped`: entries it could not handle.
    """

    token: Mapping[str, Any] | None = None
    handled_at: datetime | None = None
    skipped: int = 0

    @staticmethod
    def read(value: Mapping[str, Any]) -> "Place":
        """The place in a checkpoint's value."""
        return Place(value.get("token"), value.get("handledAt"), value.get("skipped", 0))

    def plain(self) -> dict[str, Any]:
        """The inverse of `read`."""
        return {"token": self.token, "handledAt": self.handled_at, "skipped": self.skipped}

    def after(self, recorded_at: datetime) -> "Place":
        """The place once everything recorded by then is handled; it never goes back."""
        return replace(self, handled_at=max(recorded_at, self.handled_at or recorded_at))
