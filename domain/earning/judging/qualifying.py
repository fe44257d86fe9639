"""What an event adds to the count that decides tiers."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Protocol

from domain.earning.events.basket import basket_of
from domain.earning.events.event import Event
from domain.program.levels import Metric
from domain.program.program import Program
from domain.rules import Facts, Failed, Gives, Scope, Unfit, compile_expression
from domain.tiers.windows import windows_of
from domain.time import day_in

VISITS = frozenset({"purchase", "visit"})
# To look one up in its enumeration takes ten times as long.
_POINTS, _SPEND, _VISITS = Metric.POINTS, Metric.SPEND, Metric.VISITS
AskFacts = Callable[[], Facts]
"""Gathers what expressions may know of the event: asked only where one is to be evaluated."""


class Given(Protocol):
    """What of an award counts."""

    @property
    def currency(self) -> str:
        """The currency's code."""

    @property
    def points(self) -> int:
        """How many it gives."""


def qualifying(
    program: Program,
    event: Event,
    awards: Iterable[Given],
    *,
    joined_on: date,
    facts: AskFacts,
    failed: Callable[[Failed], None],
) -> tuple[tuple[str, int], ...]:
    """Pairs of window and amount, for `Changes.qualifying`; empty when the event does not qualify.

    The window is that of the event itself in the programme's zone; own years begin on the day of `joined_on`.
    Points: what the awards give in the default currency, tier bonus included. Spend: minor units of the
    programme's money. Visits: one for each purchase or visit. Custom: what the expression gives of `facts`; where
    it fails, `failed` hears of it and nothing counts. What is below zero counts nothing either.
    """
    amount = _amount(program, event, awards, facts)
    if isinstance(amount, Failed):
        failed(amount)
        return ()
    return ((window_of(program, event, joined_on), amount),) if amount > 0 else ()


def window_of(program: Program, event: Event, joined_on: date) -> str:
    """The key of the window in which the event counts."""
    windows = windows_of(program, {}, joined_on)
    return windows.key(windows.index(day_in(program.zone, event.occurred_at)))


def _custom(program: Program, facts: Facts) -> int | Failed:
    found = compile_expression(
        program.tiers.amount or "",
        scope=Scope.EVENT,
        gives=Gives.WHOLE,
        counters=[counter.code for counter in program.counters],
        streaks=[streak.code for streak in program.streaks],
    )
    if isinstance(found, Unfit):
        return Failed(found.reason)
    return found.evaluate(facts)


def _amount(program: Program, event: Event, awards: Iterable[Given], facts: AskFacts) -> int | Failed:
    metric = program.tiers.metric
    if metric is _POINTS:
        code = program.default_currency.code
        return sum([award.points for award in awards if award.currency == code])
    if metric is _SPEND:
        basket = basket_of(event, program.money)
        return basket.total if basket else 0
    if metric is _VISITS:
        return 1 if event.type in VISITS else 0
    return _custom(program, facts())
