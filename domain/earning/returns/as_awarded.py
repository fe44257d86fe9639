"""An order in the circumstances of its award, as far as they are known when something of it comes back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from domain.earning.events.event import Event
from domain.earning.facts.circumstances import Circumstances, Person
from domain.earning.judging.budgets import budgets_of, used_of
from domain.earning.judging.judge import judge
from domain.ledger.entry import AwardLine, Entry
from domain.ledger.state import State
from domain.program.program import Program
from domain.tiers.standing import tier_at


def as_awarded(
    program: Program, order: Event, state: State, person: Person, awards: Sequence[Entry]
) -> Circumstances:
    """The circumstances of an order whose `awards` stand; `program` and `state` are those of then.

    What was left of budgets then nobody knows any more, but the awards tell what it left: where they are what the
    order earns without budgets, these bound nothing; else there was as much of each as the awards used.
    """
    tier = tier_at(program, state, order.occurred_at)
    found = Circumstances(program, order, state, person, tier)
    budgets = budgets_of(program, order)
    if not budgets:
        return found
    given = [(award.currency, award.lines) for award in awards]
    free = [(award.currency, award.lines) for award in judge(found, explain=False).awards]
    if _told(given) == _told(free):
        return found
    used = used_of(program, order.occurred_at, given)
    return replace(found, room={budget.cap: used.get(budget, 0) for budget in budgets})


def _told(awards: Iterable[tuple[str, Iterable[AwardLine]]]) -> list[tuple[str, str, int]]:
    return sorted((currency, line.rule, line.points) for currency, lines in awards for line in lines)
