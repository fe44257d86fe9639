"""What is wrong with a programme, as its author reads it."""

import strawberry

from domain.program.flaws import path_text
from domain.refusals import Refused
from services.program.problem import Problem
from services.program.refusals import Flawed


@strawberry.type
class ProgramProblem:
    """One problem. `line` counts from 1 in the YAML; `path` is such as earning[2].when.

    Of an expression there is the `column` in that line of it, and an `excerpt` whose second line has a caret under
    the place.
    """

    line: int
    column: int | None
    path: str
    message: str
    excerpt: str | None


def problems_of(refused: Refused) -> list[ProgramProblem]:
    """All that a refusal has to say of the programme, in the order of the lines; often nothing."""
    return [_problem(problem) for problem in refused.problems] if isinstance(refused, Flawed) else []


def _problem(problem: Problem) -> ProgramProblem:
    return ProgramProblem(
        line=problem.line,
        column=problem.column,
        path=path_text(problem.path),
        message=problem.reason,
        excerpt=problem.excerpt,
    )
