"""Refusals that the life of a programme knows beside the usual ones."""

from dataclasses import dataclass

from domain.program.versions import Draft
from domain.refusals import Code, Refused, not_found
from services.program.problem import Problem

MAX_NOTE = 2_000
"""Characters of a note."""


@dataclass(frozen=True, slots=True)
class Flawed(Refused):
    """The programme has problems: all of them, in the order of their lines."""

    problems: tuple[Problem, ...] = ()


def flawed(problems: list[Problem], *path: str) -> Flawed:
    """INVALID_INPUT, with what is wrong."""
    count = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
    message = f"The programme has {count}; the first: {problems[0]}"
    return Flawed(Code.INVALID_INPUT, message, path, problems=tuple(problems))


def no_such_draft() -> Refused:
    """The refusal of an id that was never a draft's."""
    return not_found("There is no such draft.", "draftId")


def refuse_unless_open(draft: Draft) -> Refused | None:
    """That a draft waits for a second person, or is published, and so must stay what it is."""
    if draft.version is not None:
        message = f"This draft was published as version {draft.version}: save a new one."
        return Refused(Code.ALREADY_DECIDED, message, ("draftId",))
    if draft.waits:
        message = "Its publication waits for a second person: have that decided first."
        return Refused(Code.NOT_AVAILABLE_NOW, message, ("draftId",))
    return None
