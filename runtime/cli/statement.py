"""`regulars statement`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

_DAYS = ["%Y-%m-%d"]


def statement(
    member: Annotated[str, typer.Argument(help="Whose: id, external id, card number, e-mail or phone.")],
    *,
    since: Annotated[
        datetime,
        typer.Option(
            "--from", formats=_DAYS, metavar="YYYY-MM-DD", help="The first day, in the programme's zone."
        ),
    ],
    until: Annotated[
        datetime | None,
        typer.Option(
            "--to", formats=_DAYS, metavar="YYYY-MM-DD", help="The day after the last one; up to now if left out."
        ),
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Of points; the programme's first if left out.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV, one row an entry.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON, its fields named as in the API.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
) -> None:
    """Prints a member's statement of a period: opening balance, every entry, closing balance.

    What time has done and no entry says yet is a line without a sequence. Opening and lines add up to closing.

    \b
    Examples:
      regulars statement demo-0002 --from 2026-01-01 --to 2026-02-01
      regulars statement ada@example.com --from 2026-01-01 --csv --output ada.csv
      regulars statement 6000000000000005 --from 2026-01-01 --currency STARS --json
    """
    import io
    import sys

    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.work import in_house
    from runtime.statements import Wish, read_paper, write_csv, write_json, write_table
    from runtime.wiring import House

    if json and csv:
        raise typer.BadParameter("choose one of --json and --csv")
    write = write_json if json else write_csv if csv else write_table
    wish = Wish(member, since.date(), until.date() if until else None, currency)

    async def work(house: House) -> str:
        out = io.StringIO()
        await write(await read_paper(house, wish), out)
        return out.getvalue()

    known = settings()
    quiet_logs(known)
    text = in_house(known, work)
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
