"""A model of one member's points that keeps each credit by itself, and does what the words of the plan say."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from domain.ledger.lots import Lot

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Part:
    """Some points of one credit: waiting, in a lot, or under a hold."""

    credit: int
    points: int
    expires_at: datetime
    releases_at: datetime | None = None
    hold: int | None = None
    hold_ends: datetime = NEVER

    @property
    def spendable(self) -> bool:
        return self.releases_at is None and self.hold is None


class Model:
    """One member's points, each credit by itself."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.debt = 0
        self.lost: dict[int, int] = {}  # of each credit: what expired and what its reversals took, from wherever

    def come_in(self, parts: list[Part]) -> None:
        """Debt first, from what expires soonest."""
        for part in sorted(parts, key=lambda part: (part.expires_at, part.credit)):
            paid = min(self.debt, part.points)
            self.debt -= paid
            part.points -= paid
            part.releases_at = part.hold = None
            part.hold_ends = NEVER
            if not any(part is known for known in self.parts):
                self.parts.append(part)
        self.tidy()

    def take(self, points: int, *, of: Callable[[Part], bool] = lambda part: part.spendable) -> list[Part]:
        """Cuts points off, soonest expiry first and the earlier credit of a date first; what was cut."""
        cut: list[Part] = []
        for part in sorted(filter(of, self.parts), key=lambda part: (part.expires_at, part.credit)):
            amount = min(points, part.points)
            if amount:
                part.points -= amount
                points -= amount
                cut.append(replace(part, points=amount))
        assert points == 0
        self.tidy()
        return cut

    def available(self) -> int:
        return sum(part.points for part in self.parts if part.spendable) - self.debt

    def tidy(self) -> None:
        self.parts = [part for part in self.parts if part.points]

    def pass_time(self, now: datetime) -> None:
        """Each thing that falls due, in the order of time; of one instant: released, given back, expired."""
        while True:
            due: list[tuple[datetime, int, Any]] = []
            for part in self.parts:
                if part.releases_at:
                    due.append((part.releases_at, 0, part.expires_at))
                elif part.hold is not None:
                    due.append((part.hold_ends, 1, part.hold))
                elif part.expires_at != NEVER:
                    due.append((part.expires_at, 2, 0))
            due.sort()
            if not due or due[0][0] > now:
                return
            moment, kind, which = due[0]
            if kind == 0:
                self.come_in([p for p in self.parts if (p.releases_at, p.expires_at) == (moment, which)])
            elif kind == 1:
                self.come_in([part for part in self.parts if part.hold == which])
            else:
                for part in [p for p in self.parts if p.spendable and p.expires_at == moment]:
                    self.lost[part.credit] = self.lost.get(part.credit, 0) + part.points
                    part.points = 0
                self.tidy()

    def spent(self, credit: int, given: int) -> int:
        """What of a credit left by debits or is held, and no reversal has made good."""
        there = sum(part.points for part in self.parts if part.credit == credit and part.hold is None)
        return max(given - there - self.lost.get(credit, 0), 0)

    def lots(self) -> tuple[Lot, ...]:
        merged: dict[datetime, int] = {}
        for part in sorted((p for p in self.parts if p.spendable), key=lambda part: part.expires_at):
            merged[part.expires_at] = merged.get(part.expires_at, 0) + part.points
        return tuple(Lot(date if date != NEVER else None, points) for date, points in merged.items())


def as_credit(cut: list[Part], credit: int) -> list[Part]:
    """What was cut, as one new credit by date."""
    dates: dict[datetime, int] = {}
    for part in cut:
        dates[part.expires_at] = dates.get(part.expires_at, 0) + part.points
    return [Part(credit, points, date) for date, points in dates.items()]


def merged_by_credit(parts: list[Part]) -> list[Part]:
    merged: dict[tuple[int, datetime], int] = {}
    for part in parts:
        key = (part.credit, part.expires_at)
        merged[key] = merged.get(key, 0) + part.points
    return [Part(credit, points, date) for (credit, date), points in merged.items()]
