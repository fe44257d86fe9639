"""`regulars rebuild`."""

from typing import Annotated

import typer


def rebuild(
    projection: Annotated[str, typer.Argument(help="accounts, balances or boards.")],
) -> None:
    """Throws a projection away and makes it again from the ledger, while everything else goes on.

    Safe to run twice, and again after one that was cut off. accounts: the states that searches, sweeps and the
    programme's accounts go by; balances: what Redis keeps, leaderboards and all; boards: the leaderboards alone.

    \b
    Examples:
      regulars rebuild balances
      regulars rebuild accounts
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.work import in_house
    from runtime.wiring import House
    from runtime.workers.rebuild import rebuild as make_again
    from runtime.workers.rebuild import require_known

    async def work(house: House) -> int:
        return await make_again(house, projection)

    require_known(projection)  # before servers are started for it
    known = settings()
    quiet_logs(known)
    written = in_house(known, work)
    print(f"{projection}: {written:,} written.")
