"""What a programme says about earning: rules, when they run, how they stack, and how much they may give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Rounding(StrEnum):
    """How a fraction of a point becomes whole."""

    DOWN = "down"
    HALF_EVEN = "half_even"
    UP = "up"


class Grain(StrEnum):
    """The dates on which lots expire: the end of the day, week, month, quarter or year they fall in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Period(StrEnum):
    """A stretch of the programme's calendar: weeks begin on Monday; EVER is all of time."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    EVER = "ever"


class CapPeriod(StrEnum):
    """What a cap bounds: one event, or a period of the programme's calendar."""

    EVENT = "event"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    EVER = "ever"


class CapOf(StrEnum):
    """Whose points a cap counts: each member's own, or everyone's together, which makes it a budget."""

    MEMBER = "member"
    EVERYONE = "everyone"


class Weekday(StrEnum):
    """A day of the week, Monday first."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Stack(StrEnum):
    """How a rule stands with others that fire for the same event.

    `add`: beside them. `best`: of its `group` only the one that gives most counts. `exclusive`: when it gives
    anything, no rule after it (in the order of priority) does in that currency. Both go by what the rule's
    own caps and its campaign's leave: one that is spent neither counts nor silences.
    """

    ADD = "add"
    BEST = "best"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True)
class Expiry:
    """Points expire at the end of the `grain` in which `months` after the event fall.

    With `inactivity` they have no date of their own: all expire at the end of the grain in which `months` after
    the member's last activity fall.
    """

    months: int = 12
    grain: Grain = Grain.MONTH
    inactivity: bool = False


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `points` in each `per`; `of` each member or of everyone together (a budget; never per event).

    `currency` None: the default one. What is above the room left is not given, and the award says so.
    """

    points: int
    per: CapPeriod
    of: CapOf = CapOf.MEMBER
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a rule runs, in the programme's zone. Empty parts allow everything.

    `begins` is the first instant, `ends` the first one after it. `hours` are "17:00-19:30", the end not included;
    one that passes midnight belongs to the day on which it began. `calendar`: only on days of that calendar.
    """

    begins: datetime | None = None
    ends: datetime | None = None
    days: tuple[Weekday, ...] = ()
    hours: tuple[str, ...] = ()
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Named days, such as public holidays."""

    code: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long what one rule gives waits: until the end of the day so many `days` after the event.

    None: until an event of the programme's `pending.released_on`. Zero: not at all.
    """

    days: int | None = 14


@dataclass(frozen=True, slots=True)
class EarningRule:
    """One rule. `on`: the types of event it looks at. What it gives is one of

    - flat `points` an event;
    - `points` for each `per` of money spent: in proportion, or with `whole` only for each whole `per`;
    - `points` for each unit bought (`each_unit`);
    - `amount`: a whole number that an expression gives;
    - `multiply`: so many times what the rules `of` give (all that are no multipliers, when empty), as a line of
      its own of (multiply - 1) times.

    `when` is an expression that must hold of the event; `lines` one that must hold of a line for it to count
    (for `per`, `each_unit` and `multiply`). `categories` multiplies the amount of lines in those categories (1
    elsewhere); only with `per`. `tier_multiplier`: whether the member's tier multiplies what this rule gives.
    Rules go by `priority`, the highest first, then in their order. `waits` and `expiry` override the programme's.
    """

    code: str
    name: str
    on: tuple[str, ...]
    points: int = 0
    per: Decimal | None = None
    currency: str | None = None
    categories: Mapping[str, Decimal] = field(default_factory=dict)
    rounding: Rounding = Rounding.DOWN
    tier_multiplier: bool = True
    when: str | None = None
    lines: str | None = None
    whole: bool = False
    each_unit: bool = False
    amount: str | None = None
    multiply: Decimal | None = None
    of: tuple[str, ...] = ()
    schedule: Schedule | None = None
    caps: tuple[Cap, ...] = ()
    priority: int = 0
    stack: Stack = Stack.ADD
    group: str | None = None
    campaign: str | None = None
    waits: Waits | None = None
    expiry: Expiry | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A box of time, money and people for rules: outside it none of its rules gives anything.

    `segment`: only for its members. `caps` bound what its rules give together; one of everyone is its budget.
    """

    code: str
    name: str
    begins: datetime | None = None
    ends: datetime | None = None
    segment: str | None = None
    caps: tuple[Cap, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """Members of whom the expression `when` holds: of the member, the date, counters and streaks."""

    code: str
    name: str
    when: str
