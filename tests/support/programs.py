"""Programmes for tests: a small one to vary, and Hypothesis strategies for whole ones."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from domain.ledger.reversals import Spent
from domain.program.earning import EarningRule, Expiry, Grain, Rounding
from domain.program.levels import Metric, Tier, Tiers
from domain.program.policies import Holds, Lapsed, PendingAwards, Reversal, Transfers
from domain.program.program import AdjustmentLimits, AdjustmentReason, Currency, Program
from domain.program.rewards import Reward, RewardKind

BRONZE = Tier("bronze", "Bronze", Decimal(0))
SILVER = Tier("silver", "Silver", Decimal(1000), Decimal("1.25"), ("More points",))
GOLD = Tier("gold", "Gold", Decimal(3000), Decimal("1.5"))
SPEND = EarningRule("spend", "Spend", ("purchase",), 1, Decimal("1.00"), categories={"BAKERY": Decimal(2)})
REVIEW = EarningRule("review", "Review", ("review",), 25, tier_multiplier=False)

PROGRAM = Program(
    name="Test",
    timezone="America/New_York",
    money="USD",
    currencies=(Currency("POINTS", "Points", Decimal("0.01")), Currency("MILES", "Miles")),
    earning=(SPEND, REVIEW),
    tiers=Tiers(Metric.POINTS, (BRONZE, SILVER, GOLD)),
    rewards=(Reward("mug", "A mug", RewardKind.GOODS, 100, stock=20),),
    adjustment_reasons=(AdjustmentReason("GOODWILL", "Goodwill"),),
    version=7,
)


def a_program(**changes: Any) -> Program:
    """The small programme with some fields changed."""
    return replace(PROGRAM, **changes)


_texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
_codes = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
_decimals = st.decimals(0, 1000, places=3, allow_nan=False)
_moments = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
_rules = st.builds(
    EarningRule,
    _codes,
    _texts,
    st.tuples(_codes),
    st.integers(1, 10**6),
    st.none() | _decimals,
    st.none() | _codes,
    st.dictionaries(_texts, _decimals, max_size=3),
    st.sampled_from(Rounding),
    st.booleans(),
)
_rewards = st.builds(
    Reward,
    code=_codes,
    title=_texts,
    kind=st.sampled_from(RewardKind),
    cost=st.integers(1, 10**9),
    copay=st.none() | _decimals,
    categories=st.lists(_texts, max_size=2).map(tuple),
    available_from=_moments,
    available_until=_moments,
    stock=st.none() | st.integers(0, 99),
)
_tiers = st.builds(Tier, _codes, _texts, _decimals, _decimals, st.lists(_texts, max_size=2).map(tuple))
_types = st.lists(_codes, max_size=2).map(tuple)
_limits = st.none() | st.integers(0, 10**6)

programs = st.builds(
    Program,
    name=_texts,
    timezone=st.sampled_from(["UTC", "Europe/Berlin"]),
    money=st.sampled_from(["USD", "JPY", "KWD"]),
    currencies=st.lists(st.builds(Currency, _codes, _texts, st.none() | _decimals), max_size=2).map(tuple),
    earning=st.lists(_rules, max_size=3).map(tuple),
    tiers=st.builds(Tiers, st.sampled_from(Metric), st.lists(_tiers, max_size=3).map(tuple)),
    rewards=st.lists(_rewards, max_size=3).map(tuple),
    adjustment_limits=st.builds(AdjustmentLimits, st.none() | st.integers(0, 10**6)),
    expiry=st.none() | st.builds(Expiry, st.integers(1, 60), st.sampled_from(Grain), st.booleans()),
    pending=st.none() | st.builds(PendingAwards, _types, _limits, _types),
    refunded_on=_types,
    reversal=st.builds(Reversal, st.sampled_from(Spent), st.sampled_from(Lapsed), st.integers(0, 99)),
    transfers=st.none() | st.builds(Transfers, _limits, _limits, _limits, st.integers(0, 99)),
    holds=st.builds(Holds, st.integers(0, 99)),
)
