"""What an event adds to the year's count that decides tiers."""

from domain.earning.basket import basket_of
from domain.earning.event import Event
from domain.earning.judgement import Award
from domain.program.levels import Metric
from domain.program.program import Program

VISITS = frozenset({"purchase", "visit"})


def qualifying(program: Program, event: Event, awards: tuple[Award, ...]) -> tuple[tuple[str, int], ...]:
    """Pairs of year and amount, for `Changes.qualifying`; empty when the event does not qualify.

    The year is that of the event itself in the programme's zone. Points: what the awards give in the
    default currency, tier bonus included. Spend: minor units of the programme's money, if above zero.
    Visits: one for each purchase or visit.
    """
    amount = _amount(program, event, awards)
    if amount <= 0:
        return ()
    return ((str(event.occurred_at.astimezone(program.zone).year), amount),)


def _amount(program: Program, event: Event, awards: tuple[Award, ...]) -> int:
    match program.tiers.metric:
        case Metric.POINTS:
            code = program.default_currency.code
            return sum(award.points for award in awards if award.currency == code)
        case Metric.SPEND:
            basket = basket_of(event, program.money)
            return basket.total if basket else 0
        case Metric.VISITS:
            return 1 if event.type in VISITS else 0
        case Metric.CUSTOM:
            return 0
