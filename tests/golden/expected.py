"""What a scenario says must come of its steps, compared with what came."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.earning.facts.periods import period_of
from domain.earning.judging.challenges import way_of
from domain.earning.judging.judgement import Miss
from domain.engagement.reached import rewards_due
from domain.ledger.entry import AwardLine, Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.state import State
from domain.program.program import Program
from domain.tiers.standing import Standing, standing
from tests.golden.scenarios import Scenario, Step


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one step: the entries that it made of its member, and of the last one all members' states then.

    `misses` are those of the step's own event, not of the ones that Regulars made of it.
    """

    step: Step
    entries: tuple[Entry, ...]
    misses: tuple[Miss, ...]
    states: Mapping[str, State]

    @property
    def state(self) -> State:
        """That of the step's member."""
        return self.states[self.step.who]

    @property
    def at(self) -> datetime:
        """When it was."""
        return self.step.heard.astimezone(UTC)

    def points(self, currency: str) -> int:
        """What was given, to be spent now or later, less what was taken back."""
        changes = [entry.changes for entry in self.entries if entry.currency == currency]
        return sum(change.earned - change.reversed for change in changes)

    @property
    def lines(self) -> dict[str, AwardLine]:
        """The lines of what was given, by their rule."""
        awards = (entry for entry in self.entries if entry.kind in (EntryKind.EARN, EntryKind.PENDING))
        return {line.rule: line for entry in awards for line in entry.lines}


@dataclass(frozen=True, slots=True)
class Told:
    """A scenario as it went."""

    scenario: Scenario
    outcomes: Sequence[Outcome]

    @property
    def last(self) -> Outcome:
        """What came of the last step, which most of `then` is about."""
        return self.outcomes[-1]

    @property
    def program(self) -> Program:
        """The programme of the scenario."""
        return self.scenario.program

    def standing(self, outcome: Outcome) -> Standing:
        """Where the step's member stood then."""
        joined = self.scenario.people[outcome.step.who].joined.date()
        return standing(self.program, outcome.state, outcome.at, joined_on=joined)


def check(told: Told) -> None:
    """Raises AssertionError with the sentence when something else came of it."""
    found = {name: _FINDERS[name](told, wanted) for name, wanted in told.scenario.then.items()}
    assert found == dict(told.scenario.then), told.scenario.sentence


Finder = Callable[[Told, Any], Any]


def _points(told: Told, _wanted: Any) -> int:
    return told.last.points(told.program.default_currency.code)


def _each(told: Told, _wanted: Any) -> list[int]:
    return [outcome.points(told.program.default_currency.code) for outcome in told.outcomes]


def _lines(told: Told, _wanted: Any) -> dict[str, int]:
    return {rule: line.points for rule, line in told.last.lines.items()}


def _because(told: Told, wanted: Mapping[str, str]) -> dict[str, str]:
    lines = told.last.lines
    return {rule: text if text in lines[rule].because else lines[rule].because for rule, text in wanted.items()}


def _inputs(told: Told, wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {rule: dict(told.last.lines[rule].inputs) for rule in wanted}


def _wanted(told: Told, wanted: Mapping[str, int]) -> dict[str, int | None]:
    return {rule: told.last.lines[rule].wanted for rule in wanted}


def _caps(told: Told, wanted: Mapping[str, Any]) -> dict[str, list[str]]:
    return {rule: list(told.last.lines[rule].caps) for rule in wanted}


def _misses(told: Told, wanted: Mapping[str, Any]) -> dict[str, Any]:
    misses = {miss.rule: miss for miss in told.last.misses}
    return {rule: _miss(misses.get(rule), says) for rule, says in wanted.items()}


def _miss(miss: Miss | None, wanted: str | list[str]) -> Any:
    if miss is None:
        return None
    if isinstance(wanted, str):
        return miss.reason.value
    return [miss.reason.value, wanted[1] if wanted[1] in miss.text else miss.text]


def _balance(told: Told, wanted: int | Mapping[str, int]) -> Any:
    return _balance_of(told.program, told.last.state, wanted)


def _balance_of(program: Program, state: State, wanted: int | Mapping[str, int]) -> Any:
    if isinstance(wanted, Mapping):
        return {code: state.account(code).available for code in wanted}
    return state.account(program.default_currency.code).available


def _balances(told: Told, _wanted: Any) -> list[int]:
    return [_balance_of(told.program, outcome.state, 0) for outcome in told.outcomes]


def _waiting(told: Told, _wanted: Any) -> int:
    return told.last.state.account(told.program.default_currency.code).waiting


def _also(told: Told, wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    states = told.last.states
    return {
        who: {"balance": _balance_of(told.program, states[who], says["balance"])} for who, says in wanted.items()
    }


def _tiers(told: Told, _wanted: Any) -> list[str]:
    return [told.standing(outcome).tier.code for outcome in told.outcomes]


def _tier(told: Told, _wanted: Any) -> str:
    return _tiers(told, None)[-1]


def _until(told: Told, _wanted: Any) -> str | None:
    until = told.standing(told.last).valid_until
    return _day(until, told.program.zone).isoformat() if until else None


def _to_next(told: Told, _wanted: Any) -> int | Decimal | None:
    further = told.standing(told.last).next
    return further.remaining if further else None


def _to_keep(told: Told, _wanted: Any) -> int | Decimal | None:
    keep = told.standing(told.last).keep
    return keep.remaining if keep else None


def _rewards(told: Told, _wanted: Any) -> list[str]:
    return [due.reward for entry in told.last.entries for due in rewards_due(entry, told.program)]


def _progress(told: Told, wanted: Mapping[str, int]) -> dict[str, int]:
    challenges = {challenge.code: challenge for challenge in told.program.challenges}
    return {code: way_of(challenges[code], told.last.state, _today(told)).done for code in wanted}


def _counters(told: Told, wanted: Mapping[str, int]) -> dict[str, int]:
    counters = {counter.code: counter for counter in told.program.counters}
    return {code: told.last.state.counted(code, period_of(counters[code].per, _today(told))) for code in wanted}


def _streaks(told: Told, wanted: Mapping[str, int]) -> dict[str, int]:
    return {code: sum(b.amount for b in told.last.state.counters.get(f"streak:{code}", ())) for code in wanted}


def _badges(told: Told, _wanted: Any) -> list[str]:
    return [badge.code for badge in told.program.badges if told.last.state.counters.get(f"badge:{badge.code}")]


def _today(told: Told) -> date:
    return _day(told.last.step.at, told.program.zone)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


_FINDERS: dict[str, Finder] = {
    "points": _points,
    "each": _each,
    "lines": _lines,
    "because": _because,
    "inputs": _inputs,
    "wanted": _wanted,
    "caps": _caps,
    "misses": _misses,
    "balance": _balance,
    "balances": _balances,
    "waiting": _waiting,
    "also": _also,
    "tiers": _tiers,
    "tier": _tier,
    "until": _until,
    "to_next": _to_next,
    "to_keep": _to_keep,
    "rewards": _rewards,
    "progress": _progress,
    "counters": _counters,
    "streaks": _streaks,
    "badges": _badges,
}
