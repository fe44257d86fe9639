"""The programme as data. `check` (in `domain.program.check`) says what a well-formed one must hold besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from domain.program.policies import Holds, PendingAwards, Reversal, Transfers


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


class Metric(StrEnum):
    """What qualifies for a tier: points earned, money spent (in minor units inside), or visits."""

    POINTS = "points"
    SPEND = "spend"
    VISITS = "visits"


class RewardKind(StrEnum):
    """The API's kinds of reward."""

    GOODS = "GOODS"
    COUPON = "COUPON"
    DISCOUNT = "DISCOUNT"
    CASH = "CASH"
    SERVICE = "SERVICE"
    GIFT_CARD = "GIFT_CARD"
    DONATION = "DONATION"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency of points. `worth`: money for one point, in the programme's money; None: not stated."""

    code: str
    name: str
    worth: Decimal | None = None


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
class EarningRule:
    """One rule. Either `points` for each `per` of money spent, or flat `points` an event (`per` None).

    `categories` multiplies the amount of lines in those categories (1 elsewhere); only with `per`.
    `tier_multiplier`: whether the member's tier multiplies what this rule gives.
    """

    code: str
    name: str
    on: tuple[str, ...]
    points: int
    per: Decimal | None = None
    currency: str | None = None
    categories: Mapping[str, Decimal] = field(default_factory=dict)
    rounding: Rounding = Rounding.DOWN
    tier_multiplier: bool = True


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier; the programme lists them lowest first, the lowest with threshold 0."""

    code: str
    name: str
    threshold: Decimal
    multiplier: Decimal = Decimal(1)
    benefits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tiers:
    """Tiers by what was earned in a calendar year; kept to the end of the next one."""

    metric: Metric
    levels: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Reward:
    """One reward of the catalog. `stock` is what there is at first; None: unlimited.

    `min_tier`: the lowest tier that may have it. `voucher_days`: how long its voucher holds; None: no voucher.
    """

    code: str
    title: str
    kind: RewardKind
    cost: int
    description: str = ""
    image_url: str | None = None
    categories: tuple[str, ...] = ()
    currency: str | None = None
    copay: Decimal | None = None
    available_from: datetime | None = None
    available_until: datetime | None = None
    stock: int | None = None
    min_tier: str | None = None
    voucher_days: int | None = None


@dataclass(frozen=True, slots=True)
class AdjustmentReason:
    """Why staff may adjust points."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class AdjustmentLimits:
    """How many points each staff role may adjust alone, either way; None: no limit."""

    agent: int | None = 500
    supervisor: int | None = 5000
    admin: int | None = None


@dataclass(frozen=True)
class Program:
    """A whole programme. The first currency is the default one. `version` is given by the store.

    `refunded_on`: the types of event that take back what a returned purchase earned. `transfers` None: members
    may not send points to each other. `pending` None: every award can be spent at once.
    """

    name: str
    timezone: str
    money: str
    currencies: tuple[Currency, ...]
    earning: tuple[EarningRule, ...]
    tiers: Tiers
    rewards: tuple[Reward, ...] = ()
    adjustment_reasons: tuple[AdjustmentReason, ...] = ()
    adjustment_limits: AdjustmentLimits = AdjustmentLimits()
    expiry: Expiry | None = Expiry()
    expiry_alert_days: tuple[int, ...] = (30, 7, 1)
    pending: PendingAwards | None = None
    refunded_on: tuple[str, ...] = ("refund",)
    reversal: Reversal = field(default_factory=Reversal)
    transfers: Transfers | None = None
    holds: Holds = field(default_factory=Holds)
    locale: str = "en"
    version: int = 0

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which days, months and years of the programme are meant."""
        return ZoneInfo(self.timezone)

    @property
    def default_currency(self) -> Currency:
        """The currency meant when none is named."""
        return self.currencies[0]

    def currency_code(self, named: str | None) -> str:
        """The code of the currency that is meant: the one named, or the default one's."""
        return named or self.default_currency.code

    def currency(self, code: str | None) -> Currency | None:
        """The currency of that code (the default one for None), or None when the programme has no such."""
        if code is None:
            return self.default_currency
        return next((currency for currency in self.currencies if currency.code == code), None)
