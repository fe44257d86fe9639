"""`regulars program`: check, draft, show, versions and publish."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from domain.program.program import Program

Result = TypeVar("Result")

app = typer.Typer(
    help="The programme: what earns, challenges, tiers, rewards, expiry. From a draft to a version in force.",
    no_args_is_help=True,
)
File = Annotated[Path, typer.Argument(help="The programme as YAML; demo/programme.yaml is an example.")]
By = Annotated[str | None, typer.Option(metavar="NAME", help="Who you are; kept with it.")]


@app.command()
def check(file: File) -> None:
    """Says everything that is wrong with a programme's file, with its line. Needs no server.

    In an expression it says the column, too, and shows the place. docs/programme.md describes every key.

    \b
    Examples:
      regulars program check demo/programme.yaml
    """
    program = _load(file)
    print(f"{file} is a good programme: {program.name}.")


@app.command()
def draft(
    file: Annotated[
        Path | None, typer.Argument(help="The programme as YAML; left out, drafts are listed.")
    ] = None,
    *,
    by: By = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="What changes, and why.")] = None,
    draft: Annotated[
        str | None, typer.Option(metavar="ID", help="Save over this draft; a new one if left out.")
    ] = None,
    revision: Annotated[
        int | None, typer.Option(metavar="N", help="Only if it still has this revision: nobody saved it since.")
    ] = None,
) -> None:
    """Saves a draft, or lists them all. One with problems is not saved: they are said, with their lines.

    A draft is simulated, and then another person than its author publishes it, in the API.
    Comments of the file are not kept: keep the file, too.

    \b
    Examples:
      regulars program draft
      regulars program draft spring.yaml --by kim --note "Double points in spring"
      regulars program draft spring.yaml --by kim --note "Only on Tuesdays" --draft UHJvZ3... --revision 1
    """
    from runtime import programmes
    from services.program.save_draft import SaveDraft

    if file is None:
        print("\n".join(_in_house(programmes.draft_lines)))
        return
    if not (by and by.strip() and note and note.strip()):
        raise typer.BadParameter("saving a draft takes --by NAME and --note TEXT")
    _load(file)  # what is wrong with it by itself is said without a server
    name, command = by.strip(), SaveDraft(file.read_text(encoding="utf-8"), note, draft, revision)
    saved = _in_house(lambda house: programmes.save(house, command, file=file, by=name))
    print(f"Saved as revision {saved.revision} of the draft {programmes.draft_id(saved)}")


@app.command()
def show(
    *,
    version: Annotated[
        int | None, typer.Option(metavar="N", help="This version; left out, the one in force.")
    ] = None,
    draft: Annotated[str | None, typer.Option(metavar="ID", help="This draft.")] = None,
) -> None:
    """Prints a version or a draft as YAML. It reads back to exactly the same programme.

    What is as by default is left out, and comments are not kept: they are only in the file of its author.

    \b
    Examples:
      regulars program show > programme.yaml
      regulars program show --version 3
      regulars program show --draft UHJvZ3...
    """
    from runtime import programmes

    if version is not None and draft is not None:
        raise typer.BadParameter("choose one of --version and --draft")
    print(_in_house(lambda house: programmes.show(house, version=version, draft=draft)), end="")


@app.command()
def versions() -> None:
    """Lists the published versions, newest first: from when each holds, who published it, and what was left out.

    \b
    Examples:
      regulars program versions
    """
    from runtime import programmes

    print("\n".join(_in_house(programmes.version_lines)))


@app.command()
def publish(
    file: File,
    *,
    begins: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="WHEN", help="A day of the programme's zone or a moment; at once if left out."
        ),
    ] = None,
    by: By = None,
    approved_by: Annotated[str | None, typer.Option(metavar="OTHER", help="Who has looked at it, too.")] = None,
    without_simulation: Annotated[
        str | None, typer.Option(metavar="REASON", help="Why nobody simulated it; kept with the version.")
    ] = None,
) -> None:
    """Publishes a programme as the newest version; the same content again is the same version.

    The first version is in force at once. A later one takes two people, and a simulation of exactly this content
    against the version in force, of every member over the last 28 days or more, at most a day old; or a reason why
    there is none. A version never changes: what is wrong with one is put right by the next.

    \b
    Examples:
      regulars program publish demo/programme.yaml
      regulars program publish spring.yaml --by kim --approved-by lee --from 2027-03-01
      regulars program publish fix.yaml --by kim --approved-by lee --without-simulation "Prices were wrong"
    """
    from runtime import programmes
    from runtime.wiring import House, system_clock

    _load(file)  # what is wrong with it by itself is said without a server
    wish = programmes.Wish(file, begins, by, approved_by, without_simulation)

    async def work(house: House) -> str:
        program = _load(file, follows=await house.context.programs.all())
        version = await programmes.publish(house, program, wish)
        return programmes.begins_line(program.name, version, system_clock())

    print(_in_house(work))


@app.command()
def simulate(
    file: Annotated[
        Path | None, typer.Argument(help="The programme as YAML; or name a draft with --draft.")
    ] = None,
    *,
    draft: Annotated[str | None, typer.Option(metavar="ID", help="This draft, as it stands.")] = None,
    begins: Annotated[
        str | None, typer.Option("--from", metavar="WHEN", help="Only events from then on: a day or a moment.")
    ] = None,
    ends: Annotated[str | None, typer.Option("--to", metavar="WHEN", help="Only events before then.")] = None,
    sample: Annotated[
        str | None, typer.Option(metavar="PERCENT", help="Only so many of the members, with all that they did.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number, another sample.", min=0)] = 0,
    by: By = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """Says what a programme would have given: history is replayed through it and through the version in force.

    Both are replayed in memory over the same events; nothing is written but the report. By one of every member,
    over the last 28 days or more, the programme can be published for a day. Nothing is spent in a replay.
    Exit code 0: it is done; 2: it could not be done.

    \b
    Examples:
      regulars program simulate spring.yaml
      regulars program simulate --draft UHJvZ3... --from 2026-01-01 --to 2026-07-01
      regulars program simulate spring.yaml --sample 5 --json > report.json
    """
    from runtime.cli.trouble import trouble

    if (file is None) is (draft is None):
        raise typer.BadParameter("name either a FILE or a --draft")
    load = None
    if file is not None:
        _load(file)  # what is wrong with it by itself is said without a server
        load = partial(_load, file)
    with trouble():
        from runtime.cli.environment import quiet_logs, settings
        from runtime.simulating import Options, simulate_with_progress

        known = settings()
        quiet_logs(known)
        options = Options(draft=draft, begins=begins, ends=ends, sample=sample, seed=seed, by=by)
        report = simulate_with_progress(known, load, options)
    if as_json:
        import json

        from domain.simulation.plain import report_to_plain

        print(json.dumps(report_to_plain(report), indent=2))
    else:
        from runtime.simulating_telling import tell

        print(tell(report))


def _in_house(work: Callable[..., Awaitable[Result]]) -> Result:
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.work import in_house

    known = settings()
    quiet_logs(known)
    return in_house(known, work)


def _load(file: Path, follows: Sequence[Program] = ()) -> Program:
    from services.program.load_program import load_program

    program = load_program(file, follows=follows)
    if isinstance(program, list):
        for problem in program:
            typer.echo(str(problem), err=True)
        raise typer.Exit(1)
    return program
