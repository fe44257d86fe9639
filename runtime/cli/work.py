"""Running a command's work over open stores."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from runtime.settings import Settings
from runtime.wiring import House, open_house

Result = TypeVar("Result")


def in_house(
    settings: Settings, work: Callable[[House], Awaitable[Result]], *, start: bool = True, cached: bool = True
) -> Result:
    """The result of `work` over the stores of the settings.

    With `start`, servers that nobody runs are started over DATA_DIR for the time of the work, and their
    database is migrated: it is nobody else's.
    """
    import uvloop

    from runtime.reach import reach

    async def worked(connected: Settings) -> Result:
        if settings.mongodb_uri is None:
            await migrate_own(connected)
        async with open_house(connected, cached=cached) as house:
            return await work(house)

    with reach(settings, start=start) as connected:
        return uvloop.run(worked(connected))


def attempt(opened: Callable[[], AbstractAsyncContextManager[object]]) -> None:
    """Opens and closes it once, so that what is wrong is said in one line before anything is served."""
    import asyncio

    async def once() -> None:
        async with opened():
            pass

    asyncio.run(once())


async def migrate_own(settings: Settings) -> None:
    """Migrates the embedded database: nobody else's."""
    from mongo.migrate import migrate
    from runtime.wiring import open_stores

    async with open_stores(settings) as (database, _):
        await migrate(database)
