"""The catalog is at hand before the first member asks for it."""

import asyncio
from dataclasses import replace

from domain.actors import SYSTEM
from runtime.prepared import keep_prepared
from services.context import Context
from services.program.publish_program import publish_program
from tests.support.eventually import eventually


async def test_the_version_in_force_is_made_and_then_the_next_one_without_anybody_asking(context: Context) -> None:
    first = await context.programs.current()
    assert not context.shelves.is_prepared(first)
    keeping = asyncio.create_task(keep_prepared(context, every=0.01))
    try:
        await eventually(lambda: context.shelves.is_prepared(first))
        second = await publish_program(context, SYSTEM, replace(first, name="Another"))
        await eventually(lambda: context.shelves.is_prepared(second))
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
