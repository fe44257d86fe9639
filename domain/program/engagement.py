"""What a programme counts of its members' behaviour, and what it makes of it: challenges, badges, referrals."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.program.earning import Period


class Counts(StrEnum):
    """What is counted of an event: the event itself, its money in minor units, its units, or its day, once."""

    EVENTS = "events"
    AMOUNT = "amount"
    UNITS = "units"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Counter:
    """A count of a member's behaviour that expressions read as `counters.<code>`, as it stood before the event.

    `on`: the types of event; `when` an expression that must hold of the event, `lines` one that must hold of a
    line for its money or units to count (and of any line, for events and days). It counts within the current
    `per` of the programme's calendar or, with `last_days`, over so many days up to the event's, that day included.
    """

    code: str
    on: tuple[str, ...]
    counts: Counts = Counts.EVENTS
    when: str | None = None
    lines: str | None = None
    per: Period = Period.EVER
    last_days: int | None = None


@dataclass(frozen=True, slots=True)
class Streak:
    """How many days, weeks or months in a row had such an event; expressions read it as `streaks.<code>`.

    `grace`: how many of them in a row may be missed without breaking it. The value is that of before the event.
    """

    code: str
    name: str
    on: tuple[str, ...]
    per: Period = Period.DAY
    when: str | None = None
    grace: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the way: what is given when a challenge has come to `goal`."""

    goal: int
    points: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """Something to reach: a `goal` of what it `counts`, in each `per` or, with EVER, while it runs.

    Reaching it gives `points`, a `badge` and a `reward` of the catalog as a voucher, whichever it has; `steps`
    give points on the way. `repeats`: how often it can be reached in each `per`, beginning anew each time; None:
    as often as one likes. `segment`: only for its members.
    """

    code: str
    name: str
    on: tuple[str, ...]
    goal: int
    description: str = ""
    counts: Counts = Counts.EVENTS
    when: str | None = None
    lines: str | None = None
    per: Period = Period.EVER
    begins: datetime | None = None
    ends: datetime | None = None
    segment: str | None = None
    repeats: int | None = 1
    steps: tuple[Step, ...] = ()
    points: int = 0
    currency: str | None = None
    badge: str | None = None
    reward: str | None = None


@dataclass(frozen=True, slots=True)
class Badge:
    """A mark of honour, earned once. `when`: an expression of the member, date, counters and streaks, looked at
    after each event; None: only a challenge gives it."""

    code: str
    name: str
    description: str = ""
    image_url: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Referrals:
    """When a friend counts as brought: at their first event `on` of which `when` holds, within `within_days` of
    joining. It makes the events `referral.made` of the referrer and `referral.used` of the friend, which rules
    reward. At most `most` friends of a member count, and `most_a_month`; None: any number.

    `link`: where a member's code leads, with {code} in it.
    """

    on: tuple[str, ...] = ("purchase",)
    when: str | None = None
    within_days: int | None = None
    most: int | None = None
    most_a_month: int | None = None
    link: str | None = None
