"""Makes a database ready to serve: migrated, and filled with the demo when there is nothing in it."""

from functools import partial

from mongo.imports import Imports
from mongo.migrate import migrate
from runtime.progress import progress
from runtime.settings import Settings
from runtime.wiring import build_context, open_stores, system_clock


async def prepare(settings: Settings) -> None:
    """Migrates, and loads the demo into an empty database; one that was interrupted in between is finished.

    A database in production is migrated only.
    """
    async with open_stores(settings) as (database, cache):
        await migrate(database)
        if not settings.development:
            return
        from demo.load import is_wanted, load_demo

        imports = Imports(database)
        if await is_wanted(build_context(database, cache), imports):
            build = partial(build_context, database, cache)
            with progress("Loading the demo") as bar:
                await load_demo(build, imports, now=system_clock(), on_progress=bar.fraction)
