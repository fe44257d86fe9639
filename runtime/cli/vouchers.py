"""`regulars vouchers import` and `regulars vouchers pools`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Partners' codes that are given as vouchers.", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, plain or gzip, with a column `code`, and `expires` if any.")],
    *,
    pool: Annotated[str, typer.Option(help="The pool that they go into, by its code in the programme.")],
    all: Annotated[bool, typer.Option("--all", help="Tell every line that stayed out, not only twenty.")] = False,
) -> None:
    """Puts a partner's codes into a pool, each once whatever its case, blanks and dashes.

    `expires` is a day, the last on which the code holds (in the programme's time zone), or a moment with its
    offset, from which on it does not. The same file again changes nothing. Exit code 0: every code is in (now or
    before); 1: some lines cannot be taken, and the others are in; 2: nothing could be done.

    \b
    Examples:
      regulars vouchers import cinema.csv --pool cinema
      regulars vouchers import cinema.csv.gz --pool cinema --all
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.trouble import trouble
    from runtime.vouchers import import_with_progress, tell

    with trouble():
        known = settings()
        quiet_logs(known)
        report = import_with_progress(known, file, pool)
    print(tell(report, pool, everything=all))
    if report.wrong:
        raise typer.Exit(1)


@app.command()
def pools(
    *, json: Annotated[bool, typer.Option("--json", help="As JSON, its fields named as in the API.")] = False
) -> None:
    """Prints how many codes each pool can still give, how many it ever had, and which are low.

    Exit code 0: none is low; 1: some are; 2: it could not be found out.

    \b
    Examples:
      regulars vouchers pools
      regulars vouchers pools --json
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.trouble import trouble
    from runtime.cli.work import in_house
    from runtime.vouchers import as_json, as_table, read_pools

    with trouble():
        known = settings()
        quiet_logs(known)
        found = in_house(known, read_pools)
    print(as_json(found) if json else as_table(found))
    if any(one.is_low for one in found):
        raise typer.Exit(1)
