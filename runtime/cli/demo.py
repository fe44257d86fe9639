"""`regulars demo`."""

from typing import Annotated

import typer


def demo(
    members: Annotated[int, typer.Option(help="How many people.", min=1, max=9_999)] = 200,
    events: Annotated[int, typer.Option(help="About how many purchases, visits and reviews.", min=0)] = 4_000,
) -> None:
    """Loads the demo: invented members and 13 months of what they did. Safe to run twice; not for production.

    A programme that is published already stays; without one demo/programme.yaml is published.

    \b
    Examples:
      regulars demo
      regulars demo --members 2000 --events 50000
    """
    from functools import partial

    from demo.load import Loaded, load_demo
    from mongo.imports import Imports
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.work import in_house
    from runtime.faults import CannotRun
    from runtime.progress import progress
    from runtime.wiring import House, build_context, system_clock

    async def work(house: House) -> Loaded:
        with progress("Loading the demo") as bar:
            return await load_demo(
                partial(build_context, house.database, house.cache),
                Imports(house.database),
                now=system_clock(),
                members=members,
                events=events,
                on_progress=bar.fraction,
            )

    known = settings()
    if not known.development:
        raise CannotRun("Invented members would stay in a production ledger for ever: nothing was done.")
    quiet_logs(known)
    loaded = in_house(known, work)
    print(
        f"New: {loaded.members} members, {loaded.events} events, {loaded.redemptions} redemptions, "
        f"{loaded.corrections} corrections."
    )
