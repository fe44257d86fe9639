"""`regulars trace`."""

from typing import Annotated

import typer


def trace(
    entry: Annotated[str, typer.Argument(help="The entry: its global id, or MEMBER/SEQ.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="As JSON, its fields named as in the API.")] = False,
) -> None:
    """Prints which credits paid for an entry, and where the points that it gave went.

    Follows the member's history from the first entry to now: within a lot the earlier credit is used first.

    \b
    Examples:
      regulars trace RW50cnk6NGt4MG0ydjljN3ExZDVzOHQzd3o6MTc
      regulars trace 4kx0m2v9c7q1d5s8t3wz/17 --json
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.work import in_house
    from runtime.receipts import read_entry
    from runtime.traces import Found, as_json, as_table, find
    from runtime.wiring import House

    try:
        member, seq = read_entry(entry)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="ENTRY") from fault

    async def work(house: House) -> Found:
        return await find(house, member, seq)

    known = settings()
    quiet_logs(known)
    found = in_house(known, work)
    print(as_json(found) if json else as_table(found))
