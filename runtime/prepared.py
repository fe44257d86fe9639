"""What members would wait for is made before they ask: the catalog of a version, as soon as it is in force."""

import asyncio
from contextlib import suppress

from mongo.faults import StoreFault, StoreUnavailable
from mongo.programs import NoProgram
from services.context import Context

EVERY = 2.0
"""Seconds between looks at which version is in force; a process learns of a new one within as many."""


async def keep_prepared(context: Context, *, every: float = EVERY) -> None:
    """Has the catalog of the version in force at hand, until it is cancelled.

    Where there is no programme, or no store, whoever asks is told so: here the next look tries again.
    """
    prepared: int | None = None
    while True:
        with suppress(NoProgram, StoreUnavailable, StoreFault):
            program = await context.programs.current()
            if program.version != prepared:
                await context.shelves.prepare(program)
                prepared = program.version
        await asyncio.sleep(every)
