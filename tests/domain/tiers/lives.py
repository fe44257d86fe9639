"""Programmes and members whose tiers are looked at over time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.ledger.state import Override, State, TierMark
from domain.program.levels import Landing, Metric, Tier, Tiers, Window
from domain.program.program import Program
from domain.tiers.progress import Progress
from tests.support.programs import a_program

LEVELS = tuple(
    Tier(code, code.title(), Decimal(threshold))
    for code, threshold in (("bronze", 0), ("silver", 100), ("gold", 300), ("platinum", 900))
)
BRONZE, SILVER, GOLD, PLATINUM = LEVELS


def by(window: Window = Window.CALENDAR_YEAR, *, timezone: str = "America/New_York", **tiers: Any) -> Program:
    """A programme of four tiers by points in that window."""
    return a_program(timezone=timezone, tiers=Tiers(Metric.POINTS, LEVELS, window, **tiers))


def softly(window: Window = Window.CALENDAR_YEAR, **tiers: Any) -> Program:
    """The same with soft landings."""
    return by(window, landing=Landing.SOFT, **tiers)


def counted(tier: TierMark | None = None, given: Override | None = None, **amounts: int) -> State:
    """A member of whom that has counted by window: y2026=300, m2026_11=300, o2026_03_14=300."""
    windows = {key[1:].replace("_", "-"): amount for key, amount in amounts.items()}
    return State(qualifying=windows, tier=tier, override=given)


def plus(state: State, window: str, amount: int) -> State:
    """With that much more in a window."""
    return replace(state, qualifying={**state.qualifying, window: state.qualifying.get(window, 0) + amount})


def missing(progress: Progress | None) -> tuple[int, datetime | None]:
    """How much is missing, and before when; (0, None) where nothing can be."""
    return (int(progress.remaining), progress.by) if progress else (0, None)


def midnight(program: Program, day: str) -> datetime:
    """The first instant of a day of the programme's."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), program.zone).astimezone(UTC)


def moment_before(program: Program, day: str) -> datetime:
    """The last millisecond before it."""
    return midnight(program, day) - timedelta(milliseconds=1)
