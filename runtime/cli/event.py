"""`regulars event explain` and `regulars event try`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Why an event gave what it gave, and what one would give.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="As JSON, its fields named as in the API.")]


@app.command()
def explain(
    source: Annotated[str, typer.Argument(help="Who reported it, such as till-7.")],
    id: Annotated[str, typer.Argument(help="The source's own id of it, such as a receipt's number.")],
    *,
    others: Annotated[bool, typer.Option("--others", help="Also the rules for other types of event.")] = False,
    json: Json = False,
) -> None:
    """Prints what every rule made of an event that was recorded: what it gave, or what was missing.

    By the version, the tier and the state of then.

    \b
    Examples:
      regulars event explain till-7 receipt-1001
      regulars event explain demo demo-0001/3 --json
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.work import in_house
    from runtime.events import explain_it, explained_as_json, explained_as_table
    from runtime.wiring import House
    from services.earning.explain_event import Explained

    async def work(house: House) -> Explained:
        return await explain_it(house, source, id, others=others)

    known = settings()
    quiet_logs(known)
    found = in_house(known, work)
    print(explained_as_json(found) if json else explained_as_table(found))


@app.command("try")
def try_(
    file: Annotated[
        Path, typer.Argument(help="One event as a JSON object with the API's names; no id is needed.")
    ],
    *,
    member: Annotated[
        str | None,
        typer.Option(help="Whose: id, external id, card number, e-mail or phone; somebody new if left out."),
    ] = None,
    json: Json = False,
) -> None:
    """Prints what an event would give if it came now: by rule, with the challenges that it would bring forward.

    Writes nothing. Its `occurredAt` may lie ahead: an offer can be tried before it begins.

    \b
    Examples:
      regulars event try basket.json --member demo-0001
      regulars event try basket.json --json
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.work import in_house
    from runtime.events import read_event, tried_as_json, tried_as_table, try_it
    from runtime.wiring import House
    from services.earning.try_event import Trial

    asked = read_event(file, member)

    async def work(house: House) -> Trial:
        return await try_it(house, asked)

    known = settings()
    quiet_logs(known)
    found = in_house(known, work)
    print(tried_as_json(found) if json else tried_as_table(found))
