"""What challenges and badges must hold."""

from domain.program.check_counting import some_events
from domain.program.check_expression import a_condition
from domain.program.check_form import MAX_RULE_POINTS
from domain.program.check_rewards import MAX_DESCRIPTION
from domain.program.earning import Period
from domain.program.engagement import Badge, Challenge, Counts
from domain.program.flaws import (
    Flaw,
    Flaws,
    Path,
    a_code,
    a_text,
    a_web_address,
    a_window,
    between,
    known,
    unique,
)
from domain.program.program import Program
from domain.rules import Scope

MAX_GOAL = 1_000_000_000_000
MAX_STEPS = 10
MAX_REPEATS = 1_000
_DAYS_IN = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 31, Period.YEAR: 366, Period.EVER: MAX_GOAL}


def check_challenges(program: Program) -> Flaws:
    """Every flaw of challenges and badges."""
    for index, challenge in enumerate(program.challenges):
        yield from _check_challenge(("challenges", index), challenge, program)
    yield from unique((("challenges", i, "code"), one.code) for i, one in enumerate(program.challenges))
    for index, badge in enumerate(program.badges):
        yield from _check_badge(("badges", index), badge, program)
    yield from unique((("badges", i, "code"), one.code) for i, one in enumerate(program.badges))


def _check_challenge(at: Path, challenge: Challenge, program: Program) -> Flaws:
    yield from a_code((*at, "code"), challenge.code)
    yield from _said(at, challenge.name, challenge.description)
    yield from some_events((*at, "on"), challenge.on)
    yield from _check_goal((*at, "goal"), challenge)
    yield from a_condition((*at, "when"), challenge.when, Scope.EVENT, program)
    yield from a_condition((*at, "lines"), challenge.lines, Scope.LINE, program)
    yield from a_window(at, challenge.begins, challenge.ends, ("begins", "ends"))
    yield from between((*at, "repeats"), challenge.repeats, 1, MAX_REPEATS)
    yield from _check_steps((*at, "steps"), challenge)
    yield from _check_given(at, challenge)
    yield from _check_references(at, challenge, program)


def _said(at: Path, name: str, description: str) -> Flaws:
    yield from a_text((*at, "name"), name)
    if len(description) > MAX_DESCRIPTION:
        yield Flaw((*at, "description"), f"must have at most {MAX_DESCRIPTION} characters")


def _check_goal(at: Path, challenge: Challenge) -> Flaws:
    days = challenge.counts is Counts.DAYS
    yield from between(at, challenge.goal, 1, _DAYS_IN[challenge.per] if days else MAX_GOAL)


def _check_steps(at: Path, challenge: Challenge) -> Flaws:
    if len(challenge.steps) > MAX_STEPS:
        yield Flaw(at, f"must be at most {MAX_STEPS}, are {len(challenge.steps)}")
    least = 1
    for index, step in enumerate(challenge.steps):
        here = (*at, index, "goal")
        if step.goal >= challenge.goal:
            yield Flaw(here, f"must be below the challenge's own {challenge.goal}, is {step.goal}")
        yield from between(here, step.goal, least, max(step.goal, least))
        yield from between((*at, index, "points"), step.points, 1, MAX_RULE_POINTS)
        least = step.goal + 1


def _check_given(at: Path, challenge: Challenge) -> Flaws:
    yield from between((*at, "points"), challenge.points, 0, MAX_RULE_POINTS)
    if not (challenge.points or challenge.badge or challenge.reward):
        yield Flaw((*at, "points"), "or a badge or a reward must be there for reaching the goal")


def _check_references(at: Path, challenge: Challenge, program: Program) -> Flaws:
    named = (
        ("segment", challenge.segment, program.segments),
        ("currency", challenge.currency, program.currencies),
        ("badge", challenge.badge, program.badges),
        ("reward", challenge.reward, program.rewards),
    )
    for what, code, them in named:
        yield from known((*at, what), code, what, (one.code for one in them))
    reward = program.reward(challenge.reward) if challenge.reward else None
    if reward is not None and (reward.variants or reward.needs_address):
        wanted = "a variant" if reward.variants else "an address"
        yield Flaw((*at, "reward"), f"must be one that needs no choice: {reward.code} needs {wanted}")


def _check_badge(at: Path, badge: Badge, program: Program) -> Flaws:
    yield from a_code((*at, "code"), badge.code)
    yield from _said(at, badge.name, badge.description)
    yield from a_web_address((*at, "image_url"), badge.image_url)
    yield from a_condition((*at, "when"), badge.when, Scope.MEMBER, program)
