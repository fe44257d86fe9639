"""Parcels that drivers carry in tests, and a clock that stands still until it is moved."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.inbox.message import NotificationKind
from notifications.channels.driver import Parcel

NOW = datetime.now(UTC).replace(microsecond=0)
ID = UUID("7f1b0c9e-5d4a-5b3c-8a2f-0123456789ab")
WORDS = ("You earned 40 points", "40 points for your order of 12 May.\n\nYour balance is 1,240 points.")


@dataclass(slots=True)
class Clock:
    """Says when it is; `pass_time` moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **units: float) -> None:
        """Time goes by."""
        self.now += timedelta(**units)


def a_parcel(to: str, **changes: Any) -> Parcel:
    """A parcel to an address."""
    parcel = Parcel(
        id=ID,
        to=to,
        member="m1",
        notification="Tm90aWZpY2F0aW9uOm0xOjc",
        seq=7,
        kind=NotificationKind.POINTS_CHANGED,
        title=WORDS[0],
        body=WORDS[1],
        locale="en",
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
        now=NOW,
        data={"points": 40, "currency": "points"},
        program="Beans & Co",
    )
    return replace(parcel, **changes)
