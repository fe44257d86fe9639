"""Why something gives nothing for an event, with words that are made only when somebody asks."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from domain.earning.judging.judgement import MissReason

if TYPE_CHECKING:
    from domain.earning.asking.asked import Asked
    from domain.earning.facts.known import Known


class Missed(NamedTuple):
    """The reason, and what says it of an event. `is_failure`: it could not be told whether there was one."""

    reason: MissReason
    says: Callable[["Known"], str]
    is_failure: bool = False


def failed(reason: str) -> Missed:
    """Something one of whose expressions could not be told."""
    return Missed(MissReason.FAILED, lambda _: f"could not be told: {reason}", is_failure=True)


def nothing_of(lines: "Asked | None") -> Missed:
    """What a rule gives comes to less than a point, perhaps because it has no line that counts."""
    if lines is None:
        return NO_POINT

    def says(known: "Known") -> str:
        return NO_POINT.says(known) if known.matching(lines) else f"needs a line with {lines.text}"

    return Missed(MissReason.NOTHING, says)


NO_POINT = Missed(MissReason.NOTHING, lambda _: "comes to less than a point")
"""What is given is rounded to nothing."""
