"""Publish a programme: it becomes the newest version, and the catalog follows."""

from domain.actors import Actor
from domain.program.check import check
from domain.program.check_change import check_change
from domain.program.flaws import path_text
from domain.program.program import Program
from services.context import Context


async def publish_program(context: Context, actor: Actor, program: Program) -> Program:
    """The programme with its version. The same content again is the same version, and mends the catalog.

    Raises ValueError for a programme with flaws, or one that may not follow those before it: whoever loads one
    tells its author of them before.
    """
    flaws = (*check(program), *check_change(await context.programs.all(), program))
    if flaws:
        raise ValueError("; ".join(f"{path_text(path)}: {reason}" for path, reason, _ in flaws))
    now = context.clock()
    published = await context.programs.publish(program, now=now, actor=actor)
    await context.rewards.put_all(published, now=now)
    return published
