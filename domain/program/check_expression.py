"""What an expression of a programme must hold: the engine's own complaint is the flaw, with its place."""

import re
from collections.abc import Iterable, Mapping

from domain.program.flaws import Flaw, Flaws, Path, Spot
from domain.program.program import Program
from domain.program.rewards import RewardKind
from domain.rules import Expression, Gives, Scope, Unfit, compile_expression, misnamed

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SEGMENTS = "member.segments"


def a_name(path: Path, value: str) -> Flaws:
    """A code that expressions can name: a small letter, then small letters, digits and "_", 40 at most."""
    if not is_name(value):
        reason = 'must be 1 to 40 small letters, digits or "_", a letter first, as expressions name it'
        yield Flaw(path, f"{reason}, is {value!r}")


def is_name(value: str) -> bool:
    """Whether expressions can name it."""
    return _NAME.fullmatch(value) is not None


def a_condition(path: Path, text: str | None, scope: Scope, program: Program) -> Flaws:
    """An expression that is true or false; None is not looked at."""
    yield from _an_expression(path, text, scope, Gives.TRUTH, program)


def an_expression_amount(path: Path, text: str | None, scope: Scope, program: Program) -> Flaws:
    """An expression that gives a whole number; None is not looked at."""
    yield from _an_expression(path, text, scope, Gives.WHOLE, program)


def a_membership(path: Path, text: str, program: Program) -> Flaws:
    """The condition of a segment, which cannot itself ask who is in which segment."""
    found = _compiled(text, Scope.MEMBER, Gives.TRUTH, program)
    if not isinstance(found, Unfit) and _SEGMENTS in found.names:
        yield Flaw(path, "must not ask for member.segments: no segment is known while segments are found")
    else:
        yield from a_condition(path, text, Scope.MEMBER, program)


def _an_expression(path: Path, text: str | None, scope: Scope, gives: Gives, program: Program) -> Flaws:
    if text is None:
        return
    found = _compiled(text, scope, gives, program)
    for mistake in [found] if isinstance(found, Unfit) else misnamed(found, _codes(program, scope)):
        spot = Spot(mistake.line, mistake.column, mistake.reason, mistake.excerpt)
        place = f"line {mistake.line}, column {mistake.column}"
        yield Flaw(path, f"{place}: {mistake.reason}\n{mistake.excerpt}", spot)


def _codes(program: Program, scope: Scope) -> Mapping[str, tuple[str, ...]]:
    """What the fields can hold whose values are codes of the programme."""
    of_rewards = _codes_of_rewards(program) if scope is Scope.REDEMPTION else {}
    perks = dict.fromkeys(perk for tier in program.tiers.levels for perk in tier.perks)
    return {
        "member.tier": tuple(tier.code for tier in program.tiers.levels),
        "member.segments": tuple(segment.code for segment in program.segments),
        "member.perks": tuple(perks),
        "date.calendars": tuple(calendar.code for calendar in program.calendars),
        **of_rewards,
    }


def _codes_of_rewards(program: Program) -> Mapping[str, tuple[str, ...]]:
    """There may be very many: only guards can name them."""
    return {
        "redemption.reward": tuple(reward.code for reward in program.rewards),
        "redemption.kind": tuple(RewardKind),
        "redemption.categories": tuple(categories_of(program)),
    }


def categories_of(program: Program) -> Iterable[str]:
    """The categories of all rewards, each once."""
    return dict.fromkeys(category for reward in program.rewards for category in reward.categories)


def _compiled(text: str, scope: Scope, gives: Gives, program: Program) -> Expression | Unfit:
    # A code that is no name is a flaw of its own, and no expression could name it.
    counters = dict.fromkeys(counter.code for counter in program.counters if is_name(counter.code))
    streaks = dict.fromkeys(streak.code for streak in program.streaks if is_name(streak.code))
    return compile_expression(text, scope=scope, gives=gives, counters=tuple(counters), streaks=tuple(streaks))
