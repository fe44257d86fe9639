"""What a programme says about tiers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Metric(StrEnum):
    """What qualifies for a tier: points earned, money spent (in minor units inside), visits, or an expression."""

    POINTS = "points"
    SPEND = "spend"
    VISITS = "visits"
    CUSTOM = "custom"


class Window(StrEnum):
    """Over what it is counted: the calendar year, the member's own year from the day they joined, or the last
    `Tiers.months` months, the current one included; all in the programme's zone."""

    CALENDAR_YEAR = "calendar_year"
    ANNIVERSARY = "anniversary"
    ROLLING = "rolling"


class Landing(StrEnum):
    """Where a member lands who did not keep their tier: on the one they qualified for, or one tier lower."""

    DIRECT = "direct"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier; the programme lists them lowest first, the lowest with threshold 0.

    `benefits` are said to members. `perks` are names by code, for expressions (`member.perks`) and for shops.
    `early_access_days`: how much earlier its members may have a reward. `birthday_points`: a gift in the default
    currency at each event `member.birthday`.
    """

    code: str
    name: str
    threshold: Decimal
    multiplier: Decimal = Decimal(1)
    benefits: tuple[str, ...] = ()
    perks: Mapping[str, str] = field(default_factory=dict)
    early_access_days: int = 0
    birthday_points: int = 0


@dataclass(frozen=True, slots=True)
class Tiers:
    """Tiers by what was earned in a window, never by the balance.

    A tier reached in a calendar or own year holds to the end of the next one; by the last months, for as long as
    they reach. When it ends it stays for `grace_days` more, and then the `landing` says which one follows.
    `amount`: what an event counts under the metric `custom`, an expression that gives a whole number.
    """

    metric: Metric
    levels: tuple[Tier, ...]
    window: Window = Window.CALENDAR_YEAR
    months: int = 12
    grace_days: int = 0
    landing: Landing = Landing.DIRECT
    amount: str | None = None
