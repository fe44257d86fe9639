"""Publish a programme: it becomes the newest version, and the catalog follows."""

from domain.actors import Actor
from domain.program.check import check
from domain.program.check_change import check_change
from domain.program.flaws import path_text
from domain.program.program import Program
from services.context import Context
from services.program.follow_catalog import list_rewards_of


async def publish_program(context: Context, actor: Actor, program: Program) -> Program:
    """The programme with its version, in force from now on. The same content again is the same version, and
    mends the catalog. Whether anyone else must be asked, or it simulated, is for whoever calls this.

    Raises ValueError for a programme with flaws, or one that may not follow those before it: whoever loads one
    tells its author of them before.
    """
    flaws = (*check(program), *check_change(await context.programs.all(), program))
    if flaws:
        raise ValueError("; ".join(f"{path_text(flaw.path)}: {flaw.reason}" for flaw in flaws))
    published = await context.programs.publish(program, now=context.clock(), actor=actor)
    await list_rewards_of(context, published.version)
    return published
