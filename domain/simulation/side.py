"""What one replay came to: one side of a comparison, small enough to be sent from process to process."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from domain.earning.events.event import Event
from domain.earning.events.own import SOURCE
from domain.earning.facts.circumstances import Circumstances
from domain.earning.facts.known import Known
from domain.earning.planning.plan import plan_of
from domain.ledger.state import State
from domain.simulation.life import Life
from domain.simulation.replay import Replay
from domain.simulation.tally import Tally
from domain.tiers.standing import tier_at


@dataclass(frozen=True, slots=True)
class Sum:
    """Points of one currency. `given` at once or later, `taken` back by returns, `expired` since, and `standing`:
    what of it could still be spent or will be, had nothing been."""

    given: int = 0
    taken: int = 0
    expired: int = 0
    standing: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        """Both together."""
        return Sum(
            self.given + other.given,
            self.taken + other.taken,
            self.expired + other.expired,
            self.standing + other.standing,
        )

    @property
    def net(self) -> int:
        """What was given and not taken back."""
        return self.given - self.taken


class End(NamedTuple):
    """A member at the end: points by currency, given less taken back; their tier; the segments they are in."""

    points: dict[str, int]
    tier: str
    segments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One programme's outcome. `used`: points of each budget, by its id, with what there is of it."""

    events: int
    sums: dict[str, Sum]
    ends: dict[str, End]
    tally: Tally
    used: dict[str, tuple[int, int]]


def side_of(replay: Replay, *, segments: bool = False) -> Side:
    """What a finished replay came to; with `segments` also in which of the programme's the members end."""
    sums: dict[str, Sum] = {}
    ends: dict[str, End] = {}
    for member, life in replay.sampled():
        points = {}
        for code, amounts in _sums(life.state):
            sums[code] = sums.get(code, Sum()) + amounts
            points[code] = amounts.net
        tier = tier_at(replay.program, life.state, replay.span.until)
        ends[member] = End(points, tier.code, _segments(replay, life) if segments else ())
    used = {budget.id: (points, budget.points) for budget, points in replay.shared.used.items()}
    return Side(replay.events, sums, ends, replay.tally, used)


def _sums(state: State) -> Iterator[tuple[str, Sum]]:
    for code, account in state.accounts.items():
        standing = account.available + account.waiting + account.held
        yield code, Sum(account.earned, account.reversed, account.expired, standing)


def _segments(replay: Replay, life: Life) -> tuple[str, ...]:
    program, at = replay.program, replay.span.until
    event = Event(SOURCE, "simulation", "simulation", life.member, at)
    tier = tier_at(program, life.state, at)
    person = replay.figures[life.member].person
    return Known(Circumstances(program, event, life.state, person, tier), plan_of(program)).segments


def same_history(sides: Iterable[Side]) -> bool:
    """Whether all sides saw as many events of the same members."""
    seen = [(side.events, side.ends.keys()) for side in sides]
    return all(one == seen[0] for one in seen)
