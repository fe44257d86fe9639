"""The programme as data. `check` (in `domain.program.check`) says what a well-formed one must hold besides."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import ceil
from zoneinfo import ZoneInfo

from domain.money import digits
from domain.program.alerts import Alerts
from domain.program.earning import Calendar, Campaign, Cap, EarningRule, Expiry, Segment
from domain.program.engagement import Badge, Challenge, Counter, Referrals, Streak
from domain.program.levels import Metric, Tiers
from domain.program.policies import Holds, PendingAwards, Reversal, Transfers
from domain.program.rewards import Cancellation, Guard, Partner, PayWithPoints, Pool, Reward, Sale


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency of points. `worth`: money for one point, in the programme's money; None: not stated."""

    code: str
    name: str
    worth: Decimal | None = None


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
    may not send points to each other. `pending` None: every award can be spent at once. `caps` bound what all
    rules give together. `pay_with_points` None: baskets are paid in money alone. Members are told so many days
    before a voucher of theirs ends (`voucher_alert_days`). `alerts`: what reaches members besides their inbox.
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
    expiry: Expiry | None = field(default_factory=Expiry)
    expiry_alert_days: tuple[int, ...] = (30, 7, 1)
    pending: PendingAwards | None = None
    refunded_on: tuple[str, ...] = ("refund",)
    reversal: Reversal = field(default_factory=Reversal)
    transfers: Transfers | None = None
    holds: Holds = field(default_factory=Holds)
    locale: str = "en"
    caps: tuple[Cap, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    segments: tuple[Segment, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    counters: tuple[Counter, ...] = ()
    streaks: tuple[Streak, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    badges: tuple[Badge, ...] = ()
    referrals: Referrals | None = None
    sales: tuple[Sale, ...] = ()
    pools: tuple[Pool, ...] = ()
    partners: tuple[Partner, ...] = ()
    guards: tuple[Guard, ...] = ()
    cancellation: Cancellation = field(default_factory=Cancellation)
    pay_with_points: PayWithPoints | None = None
    voucher_alert_days: tuple[int, ...] = (7, 1)
    alerts: Alerts = field(default_factory=Alerts)
    version: int = 0

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which days, months and years of the programme are meant."""
        return ZoneInfo(self.timezone)

    @cached_property
    def _rewards_by_code(self) -> dict[str, Reward]:
        return {reward.code: reward for reward in self.rewards}

    def reward(self, code: str) -> Reward | None:
        """The reward of that code, however many there are, or None when the programme has no such."""
        return self._rewards_by_code.get(code)

    @cached_property
    def thresholds(self) -> tuple[int, ...]:
        """From what amount on each tier is reached, in whole units of counting: minor ones of money for spend."""
        places = digits(self.money) if self.tiers.metric is Metric.SPEND else 0
        return tuple(ceil(tier.threshold.scaleb(places)) for tier in self.tiers.levels)

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
