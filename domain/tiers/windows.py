"""Windows: the spans of time in which it is counted what qualifies for tiers.

They are numbered without a gap, and named by a key that tells when they begin: "2026" a calendar year, "2026-11" a
month of the rolling window, "2026-03-14" a member's own year. From any key of a member all others follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.ledger.state import KEPT
from domain.program.levels import Landing, Tiers, Window
from domain.program.program import Program

_SHORTEST_YEAR = 365
_SHORTEST_MONTH = 28
_LEAP_DAY = (2, 29)
# To look one up in its enumeration takes ten times as long.
_ROLLING, _CALENDAR_YEAR = Window.ROLLING, Window.CALENDAR_YEAR
_KEY_LENGTH = {Window.CALENDAR_YEAR: 4, Window.ROLLING: 7, Window.ANNIVERSARY: 10}


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of one member. `month` and `day`: when their years begin; months begin on the first.

    The own years of one who joined on 29 February begin on the 28th, in leap years too, so that each follows from
    any other.
    """

    kind: Window
    month: int = 1
    day: int = 1

    def index(self, day: date) -> int:
        """The number of the window that a day of the programme's zone is in."""
        if self.kind is _ROLLING:
            return day.year * 12 + day.month - 1
        return day.year if (day.month, day.day) >= (self.month, self.day) else day.year - 1

    def start(self, index: int) -> date:
        """The first day of a window."""
        if self.kind is _ROLLING:
            return date(index // 12, index % 12 + 1, 1)
        return date(index, self.month, self.day)

    def key(self, index: int) -> str:
        """The name of a window; names sort as their windows do."""
        return self.start(index).isoformat()[: _KEY_LENGTH[self.kind]]

    def index_of(self, key: str) -> int:
        """The window that a key's span begins in: also of one that was written under another kind of window."""
        year = int(key[:4])
        if len(key) == 4 and self.kind is _CALENDAR_YEAR:
            return year
        month, day = int(key[5:7] or 1), int(key[8:] or 1)
        if self.kind is _ROLLING:
            return year * 12 + month - 1
        return self.index(date(year, month, day))


_ALIKE = {kind: Windows(kind) for kind in (Window.CALENDAR_YEAR, Window.ROLLING)}


def windows_of(program: Program, qualifying: Mapping[str, int], joined_on: date | None = None) -> Windows:
    """The windows of a member of whom that is kept.

    Own years go by the newest that has counted; before any has, by the day they joined in the programme's zone.
    """
    if (alike := _ALIKE.get(program.tiers.window)) is not None:
        return alike
    newest = max((key for key in qualifying if len(key) == len("2026-03-14")), default=None)
    return own_years(date.fromisoformat(newest) if newest else joined_on)


def own_years(joined_on: date | None) -> Windows:
    """The own years of one who joined that day; calendar years where it is unknown."""
    month, day = (joined_on.month, joined_on.day) if joined_on else (1, 1)
    return Windows(Window.ANNIVERSARY, month, 28 if (month, day) == _LEAP_DAY else day)


def windows_kept(program: Program) -> int:
    """How many windows must be kept, newest first, for every standing that can still be asked for.

    Those that an amount reaches over, those that each fall to a lower tier takes, and the one now; and the months
    of a year, which the year's board adds up.
    """
    tiers = program.tiers
    falls = max(len(tiers.levels) - 1, 1) if tiers.landing is Landing.SOFT else 1
    if tiers.window is Window.ROLLING:
        return max(tiers.months + falls * _windows_a_fall(tiers, _SHORTEST_MONTH), 12)
    return max(2 + falls * _windows_a_fall(tiers, _SHORTEST_YEAR), KEPT)


def _windows_a_fall(tiers: Tiers, shortest: int) -> int:
    return 1 + -(-tiers.grace_days // shortest)
