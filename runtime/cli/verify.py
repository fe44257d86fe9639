"""`regulars verify`."""

from typing import Annotated

import typer


def verify(
    most: Annotated[int, typer.Option("--most", help="How many violations to print at most.", min=1)] = 100,
) -> None:
    """Holds the whole ledger to its laws: sequences, hashes, states, explanations, projections, sums.

    Reads every entry once. Exit code 1, with the accounts concerned, when a law does not hold.

    \b
    Examples:
      regulars verify
      regulars verify --most 1000 > violations.txt
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.work import in_house
    from runtime.progress import progress
    from runtime.verifying import tell
    from runtime.wiring import House
    from services.ledger.verify_ledger import Report, verify_ledger

    async def work(house: House) -> Report:
        whole = max(await house.context.ledger.count(), 1)
        with progress("Verifying") as bar:
            return await verify_ledger(house.context, lambda read: bar.fraction(read / whole, f"{read:,} entries"))

    known = settings()
    quiet_logs(known)
    report = in_house(known, work)
    print(tell(report, most=most))
    if not report.sound:
        raise typer.Exit(1)
