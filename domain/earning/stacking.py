"""How rules that fire for one event stand together: beside each other, the best of a group, or alone."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from domain.earning.forms import Given
from domain.earning.judgement import MissReason
from domain.earning.missed import Missed
from domain.earning.planned import PlannedRule
from domain.program.earning import Stack

Says = Callable[[PlannedRule, Missed], None]


class Candidate(NamedTuple):
    """A rule and what it would give before caps."""

    planned: PlannedRule
    given: Given


class Alone:
    """Which rule gives alone from its place on: the `first` one in each currency."""

    def __init__(self) -> None:
        self.first: dict[str, PlannedRule] = {}

    def excluded(self, planned: PlannedRule) -> Missed | None:
        """Why a rule gives nothing beside one before it; None when it may give."""
        first = self.first.get(planned.currency)
        if first is None or planned.place < first.place:
            return None
        return Missed(MissReason.EXCLUDED, lambda _: f"{first.rule.code} gives alone")

    def gave(self, planned: PlannedRule) -> None:
        """A rule would give something: one that is exclusive does so alone."""
        if planned.rule.stack is Stack.EXCLUSIVE:
            self.first.setdefault(planned.currency, planned)


def best_of_groups(candidates: Iterable[Candidate], says: Says) -> list[Candidate]:
    """Those that count, in their order: of each group and currency the one that gives most.

    Of several that give the same it is the one of higher priority, and then by code: so the order in which they
    stand in the programme decides nothing.
    """
    candidates = list(candidates)
    best: dict[tuple[str, str | None], Candidate] = {}
    for candidate in candidates:
        if candidate.planned.rule.stack is Stack.BEST:
            group = _group(candidate.planned)
            if group not in best or _rank(candidate) < _rank(best[group]):
                best[group] = candidate
    if not best:
        return candidates
    return [candidate for candidate in candidates if _counts(candidate, best, says)]


def _counts(candidate: Candidate, best: dict[tuple[str, str | None], Candidate], says: Says) -> bool:
    planned, given = candidate
    winner = best.get(_group(planned)) if planned.rule.stack is Stack.BEST else None
    if winner is None or winner is candidate:
        return True
    text = f"{winner.planned.rule.code} gives {winner.given.points}, this one {given.points}"
    says(planned, Missed(MissReason.BEST_OF_GROUP, lambda _: text))
    return False


def _group(planned: PlannedRule) -> tuple[str, str | None]:
    return planned.currency, planned.rule.group


def _rank(candidate: Candidate) -> tuple[int, int, str]:
    return -candidate.given.points, -candidate.planned.rule.priority, candidate.planned.rule.code
