"""The catalog lists the rewards of the version in force."""

from services.context import Context


async def list_rewards_of(context: Context, version: int) -> None:
    """Lists the rewards of a version that was published just now; one that is only scheduled lists none yet."""
    current = await context.programs.current()
    if current.version == version:
        await context.rewards.put_all(current, now=context.clock())


async def follow_catalog(context: Context, listed: int | None) -> int:
    """Lists the rewards of the version in force unless it is `listed`, and answers its number.

    Whoever calls this again and again makes the catalog follow when a scheduled version's time has come, and
    mends what a crash left between a publication and its catalog.
    """
    current = await context.programs.current()
    if current.version != listed:
        await context.rewards.put_all(current, now=context.clock())
    return current.version
