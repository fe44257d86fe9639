"""A grocer's programme for benchmarks: fifty rules of every form, with caps, campaigns, counters, challenges."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.program.earning import (
    Calendar,
    Campaign,
    Cap,
    CapOf,
    CapPeriod,
    EarningRule,
    Expiry,
    Period,
    Rounding,
    Schedule,
    Segment,
    Stack,
    Waits,
    Weekday,
)
from domain.program.engagement import Badge, Challenge, Counter, Counts, Step, Streak
from domain.program.levels import Metric, Tier, Tiers
from domain.program.program import Currency, Program

_DEPARTMENTS = (
    "PRODUCE",
    "MEAT",
    "DELI",
    "PASTRY",
    "SEAFOOD",
    "FLORAL",
    "NUTRITION",
    "COSMETICS",
    "GROCERY",
    "DRUG GM",
)
_DAY, _EVER = CapPeriod.DAY, CapPeriod.EVER
_WORKDAYS = (Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU)


def _rule(code: str, *, on: tuple[str, ...] = ("purchase",), **more: Any) -> EarningRule:
    return EarningRule(code, code.replace("-", " ").title(), on, **more)


def _base() -> list[EarningRule]:
    """What gives by itself."""
    return [
        _rule("spend", points=1, per=Decimal("1.00"), categories={"FUEL": Decimal("0.5"), "MISC": Decimal(0)}),
        _rule("big-basket", points=100, when="event.amount >= 10000", stack=Stack.BEST, group="baskets"),
        _rule("half-basket", points=40, when="event.amount >= 5000", stack=Stack.BEST, group="baskets"),
        _rule("whole-fifty", points=20, per=Decimal("50.00"), whole=True, stack=Stack.BEST, group="baskets"),
        _rule("many", points=15, when="event.units >= 20 && event.units < 1000", caps=(Cap(30, CapPeriod.WEEK),)),
        _rule("mixed", points=5, when="size(event.lines) >= 25", caps=(Cap(10, CapPeriod.WEEK),)),
        _rule("expression", amount="event.amount / 2000 - date.weekday"),
        _rule("tenth", points=50, when="counters.purchases % 10 == 9"),
        _rule("first", points=200, when="counters.purchases == 0", waits=Waits(7), tier_multiplier=False),
        _rule("spender", points=30, when="counters.month_spend >= 20000", caps=(Cap(30, CapPeriod.MONTH),)),
        _rule("streaker", points=5, when="streaks.weeks >= 8", caps=(Cap(5, CapPeriod.WEEK),)),
        _rule("coupon", points=5, when="has(attributes.coupon) && attributes.coupon == 'SPRING'"),
        _rule("happy-hour", points=5, schedule=Schedule(days=_WORKDAYS, hours=("19:00-21:00",))),
        _rule("night", points=7, schedule=Schedule(days=(Weekday.FRI, Weekday.SAT), hours=("22:00-02:00",))),
        _rule("holiday", points=25, schedule=Schedule(calendar="holidays")),
        _rule("gold-days", points=8, when="member.tier_rank >= 2 && date.day <= 7"),
        _rule("newcomer", points=12, when="member.days < 90", caps=(Cap(60, CapPeriod.EVER),)),
        _rule("anniversary", points=99, when="member.anniversary", caps=(Cap(99, CapPeriod.YEAR),)),
        _rule("summer", points=6, campaign="summer", caps=(Cap(60, CapPeriod.MONTH),)),
        _rule("autumn", points=6, campaign="autumn", when="event.amount >= 3000", expiry=Expiry(3)),
        _rule("miles", points=2, per=Decimal("30.00"), currency="MILES", rounding=Rounding.HALF_EVEN),
        _rule("miles-web", points=2, currency="MILES", when="event.channel == 'web'"),
    ]


def _of_lines() -> list[EarningRule]:
    """What gives for some lines."""
    rules = [
        _rule(
            f"units-{place}",
            points=1 + place % 3,
            each_unit=True,
            lines=f"line.category == '{name}' && line.amount >= 500",
            caps=(Cap(50, CapPeriod.EVENT), Cap(500, CapPeriod.MONTH)),
        )
        for place, name in enumerate(_DEPARTMENTS)
    ]
    return [
        *rules,
        _rule("private", points=1, per=Decimal("4.00"), lines="line.brand == 'Private'", rounding=Rounding.UP),
        _rule("no-fuel", points=1, per=Decimal("40.00"), lines="!(line.category in ['FUEL', 'MISC'])", whole=True),
        _rule("dear", points=4, each_unit=True, lines="line.amount >= 2000 && line.quantity == 1"),
    ]


def _of_others() -> list[EarningRule]:
    """What other events give."""
    return [
        _rule("welcome", on=("member.joined",), points=100),
        _rule("profile", on=("profile_completed",), points=50, caps=(Cap(50, CapPeriod.EVER),)),
        _rule("review", on=("review",), points=25, when="attributes.stars >= 1", caps=(Cap(75, CapPeriod.WEEK),)),
        _rule("check-in", on=("check_in", "visit"), points=2, caps=(Cap(2, _DAY),)),
        _rule("app", on=("app_opened",), points=1, caps=(Cap(1, _DAY),)),
        _rule("brought", on=("referral.made",), points=500, caps=(Cap(2_000, CapPeriod.YEAR),)),
    ]


def _multipliers() -> list[EarningRule]:
    """What multiplies the others."""
    doubled = {"stack": Stack.BEST, "group": "double", "of": ("spend",)}
    return [
        _rule("tuesday", multiply=Decimal(2), schedule=Schedule(days=(Weekday.TUE,)), **doubled),
        _rule("morning", multiply=Decimal("1.5"), schedule=Schedule(hours=("07:00-10:00",)), **doubled),
        _rule("market", multiply=Decimal(3), schedule=Schedule(calendar="market"), **doubled),
        _rule("flowers", multiply=Decimal(2), of=("spend",), lines="line.category == 'FLORAL'"),
        _rule("loyal", multiply=Decimal("1.1"), when="'regulars' in member.segments", caps=(Cap(25, _DAY),)),
        _rule("store", multiply=Decimal("1.2"), when="event.source == 'retail/367' && member.tier != 'bronze'"),
        _rule("harvest", multiply=Decimal(2), of=("spend",), campaign="harvest", priority=-1),
        _rule("members-day", multiply=Decimal("1.25"), campaign="regulars-week"),
        _rule("birthday", multiply=Decimal(2), when="member.birthday", priority=5),
    ]


def _day(month: int, day: int) -> datetime:
    return datetime(2017, month, day, tzinfo=UTC)


PROGRAM = Program(
    name="Fifty rules",
    timezone="America/New_York",
    money="USD",
    currencies=(Currency("POINTS", "Points"), Currency("MILES", "Miles")),
    earning=(*_base(), *_of_lines(), *_of_others(), *_multipliers()),
    tiers=Tiers(
        Metric.POINTS,
        (
            Tier("bronze", "Bronze", Decimal(0)),
            Tier("silver", "Silver", Decimal(2_000), Decimal("1.25")),
            Tier("gold", "Gold", Decimal(10_000), Decimal("1.5")),
        ),
    ),
    caps=(Cap(5_000, CapPeriod.MONTH), Cap(100_000_000, CapPeriod.EVER, CapOf.EVERYONE)),
    calendars=(
        Calendar("holidays", (date(2017, 7, 4), date(2017, 11, 23), date(2017, 12, 25))),
        Calendar("market", tuple(date(2017, month, 6) for month in range(1, 13))),
    ),
    segments=(Segment("regulars", "Regulars", "counters.purchases >= 20 && streaks.weeks >= 2"),),
    campaigns=(
        Campaign("summer", "Summer", _day(6, 1), _day(9, 1), caps=(Cap(300, CapPeriod.EVER),)),
        Campaign("autumn", "Autumn", _day(9, 1), _day(12, 1)),
        Campaign("harvest", "Harvest", _day(9, 1), _day(10, 1), caps=(Cap(50_000, _EVER, CapOf.EVERYONE),)),
        Campaign("regulars-week", "A week for regulars", _day(5, 1), _day(5, 8), segment="regulars"),
    ),
    counters=(
        Counter("purchases", ("purchase",)),
        Counter("month_spend", ("purchase",), Counts.AMOUNT, per=Period.MONTH),
        Counter("week_visits", ("purchase", "visit"), Counts.DAYS, last_days=7),
        Counter("produce", ("purchase",), Counts.UNITS, lines="line.category == 'PRODUCE'"),
    ),
    streaks=(Streak("weeks", "Weeks in a row", ("purchase",), Period.WEEK, grace=1),),
    challenges=(
        Challenge("five", "Five in a month", ("purchase",), 5, per=Period.MONTH, points=50, steps=(Step(3, 10),)),
        Challenge(
            "greens", "Greens", ("purchase",), 30, counts=Counts.UNITS, lines="line.category == 'PRODUCE'",
            points=40, repeats=None, badge="green",
        ),
    ),
    badges=(Badge("green", "Green"), Badge("hundred", "A hundred baskets", when="counters.purchases >= 100")),
    version=1,
)  # fmt: skip


def flat_only(program: Program = PROGRAM) -> Program:
    """As many rules, each a flat point for its trigger and nothing else: what looking at rules costs at least."""
    rules = tuple(EarningRule(rule.code, rule.name, rule.on, 1) for rule in program.earning)
    tiers = replace(program.tiers, levels=program.tiers.levels[:1])
    return replace(
        program, earning=rules, tiers=tiers, caps=(), segments=(), campaigns=(), counters=(), streaks=(),
        challenges=(), badges=(),
    )  # fmt: skip
