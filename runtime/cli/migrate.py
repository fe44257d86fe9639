"""`regulars migrate`."""


def migrate() -> None:
    """Brings the database to what this build needs. Safe to run twice, and by several at once.

    \b
    Examples:
      regulars migrate
      MONGODB_URI=mongodb+srv://cluster.example.com regulars migrate
    """
    import asyncio

    from mongo.migrate import REVISION
    from mongo.migrate import migrate as bring_up
    from runtime.cli.environment import quiet_logs, settings
    from runtime.reach import reach
    from runtime.settings import Settings
    from runtime.wiring import open_stores

    async def work(connected: Settings) -> list[str]:
        async with open_stores(connected) as (database, _):
            made: list[str] = await bring_up(database)
            return made

    known = settings()
    quiet_logs(known)
    with reach(known) as connected:
        made = asyncio.run(work(connected))
    what = f"made {', '.join(made)}" if made else "nothing was missing"
    print(f"Revision {REVISION}: {what}.")
