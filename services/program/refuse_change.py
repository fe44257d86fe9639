"""A programme that was good when it was saved may not be so after versions that came since."""

import asyncio
from collections.abc import Sequence

from domain.program.program import Program
from domain.refusals import Refused
from services.context import Context
from services.program.dump import dump_program
from services.program.load_program import parse_program
from services.program.problem import Problem
from services.program.refusals import flawed
from services.program.save_draft import FILE


async def refuse_change(context: Context, program: Program) -> Refused | None:
    """`Flawed` with the lines of its own YAML, if it may not follow the versions so far."""
    problems = await asyncio.to_thread(_problems, program, await context.programs.all())
    return flawed(problems, "draftId") if problems else None


def _problems(program: Program, earlier: Sequence[Program]) -> list[Problem]:
    found = parse_program(dump_program(program).encode(), FILE, follows=earlier)
    return found if isinstance(found, list) else []
