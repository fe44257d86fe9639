"""Members of a bench, and the smallest programme that they can be members of."""

from decimal import Decimal

from domain.actors import Actor, ActorKind
from domain.members.enrol import Enrol
from domain.program.earning import EarningRule
from domain.program.levels import Metric, Tier, Tiers
from domain.program.program import Currency, Program
from services.context import Context
from services.members.enrol_members import Enrolled, enrol_members

_AT_ONCE = 500


def small_programme() -> Program:
    """A point for each 1.00."""
    return Program(
        name="Bench",
        timezone="Europe/Berlin",
        money="EUR",
        currencies=(Currency("POINTS", "Points"),),
        earning=(EarningRule("spend", "Spend", ("purchase",), 1, Decimal("1.00")),),
        tiers=Tiers(Metric.POINTS, (Tier("bronze", "Bronze", Decimal(0)),)),
    )


async def enrolled(context: Context, count: int) -> list[str]:
    """The ids of so many new members."""
    crm = Actor(ActorKind.SERVICE, "crm")
    ids: list[str] = []
    for start in range(0, count, _AT_ONCE):
        commands = [Enrol(f"crm-{number}") for number in range(start, min(start + _AT_ONCE, count))]
        outcomes = await enrol_members(context, crm, commands)
        ids += [outcome.member.id for outcome in outcomes if isinstance(outcome, Enrolled)]
    return ids
