"""`regulars liability`."""

from typing import Annotated

import typer


def liability(
    currency: Annotated[str, typer.Option("--currency", help="Only this currency of points.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As JSON, its fields named as in the API.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV, one row a figure.")] = False,
) -> None:
    """Prints the programme's accounts: issued, redeemed, expired, and what it owes its members, by month.

    Settled to now, whether or not the sweep has run. They follow the ledger by moments; how far they are behind
    is said on standard error when it is more than a second.

    \b
    Examples:
      regulars liability
      regulars liability --currency POINTS --json
      regulars liability --csv > liability.csv
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.work import in_house
    from runtime.liability import as_csv, as_json, as_table, read_accounts
    from runtime.wiring import House

    if json and csv:
        raise typer.BadParameter("choose one of --json and --csv")
    show = as_json if json else as_csv if csv else as_table

    async def work(house: House) -> tuple[str, float | None]:
        program, accounts, behind = await read_accounts(house, currency or None)
        return show(accounts, program.money), behind

    known = settings()
    quiet_logs(known)
    text, behind = in_house(known, work)
    if behind is None:
        typer.echo("No worker has followed the ledger yet: this is as of the last rebuild.", err=True)
    elif behind > 1:
        typer.echo(f"The accounts are {behind:,.0f} s behind the newest entry.", err=True)
    print(text.rstrip("\n"))
