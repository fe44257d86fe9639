"""`regulars program check` and `regulars program publish`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from domain.program.program import Program

app = typer.Typer(
    help="Check and publish the programme: what earns, tiers, rewards, expiry.", no_args_is_help=True
)
File = Annotated[Path, typer.Argument(help="The programme as YAML; demo/programme.yaml is an example.")]


@app.command()
def check(file: File) -> None:
    """Says everything that is wrong with a programme's file, with its line. Needs no server.

    \b
    Examples:
      regulars program check demo/programme.yaml
    """
    program = _load(file)
    print(f"{file} is a good programme: {program.name}.")


@app.command()
def publish(file: File) -> None:
    """Puts a programme in force as the newest version; the same content again is the same version.

    \b
    Examples:
      regulars program publish demo/programme.yaml
    """
    from domain.actors import SYSTEM
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.work import in_house
    from runtime.wiring import House
    from services.program.publish_program import publish_program

    _load(file)  # what is wrong with it by itself is said without a server

    async def work(house: House) -> Program:
        program = _load(file, follows=await house.context.programs.all())
        return await publish_program(house.context, SYSTEM, program)

    known = settings()
    quiet_logs(known)
    published = in_house(known, work)
    print(f"{published.name}: version {published.version} is in force.")


def _load(file: Path, follows: Sequence[Program] = ()) -> Program:
    from services.program.load_program import load_program

    program = load_program(file, follows=follows)
    if isinstance(program, list):
        for problem in program:
            typer.echo(str(problem), err=True)
        raise typer.Exit(1)
    return program
