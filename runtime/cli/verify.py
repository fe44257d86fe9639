"""`regulars verify`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def verify(
    *,
    since: Annotated[
        datetime | None,
        typer.Option(
            help="Only members with entries recorded since then (UTC), from the entry before on.",
            metavar="YYYY-MM-DD[THH:MM:SS]",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"],
        ),
    ] = None,
    processes: Annotated[
        int | None, typer.Option(help="How many processes share it; one a core if left out.", min=1, max=256)
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over instead of going on with a stopped run.")
    ] = False,
    key: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="A public key in PEM whose signed roots are believed, and no other; may be repeated.",
        ),
    ] = None,
    most: Annotated[int, typer.Option("--most", help="How many violations to print at most.", min=1)] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """Holds the whole ledger to its laws: sequences, hashes, states, explanations, projections, sums, roots.

    Reads every entry once, in flat memory. What was stopped goes on where it stood when the same command is given
    again. Exit code 0: every law holds; 1: not every one, and the accounts concerned are named; 2: it could not
    be found out.

    With --since what stood before is taken as checked: whoever changed it is found by the full run alone.

    \b
    Examples:
      regulars verify
      regulars verify --since 2026-11-01
      regulars verify --processes 8 --key auditor/regulars.public.pem
      regulars verify --json --most 1000 > report.json
    """
    import json

    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.trouble import trouble

    with trouble():
        from runtime.verify_telling import plain, tell
        from runtime.verifying import Wish, verify_with_progress

        known = settings()
        quiet_logs(known)
        wish = Wish(
            processes=processes,
            since=since.replace(tzinfo=UTC) if since else None,
            fresh=fresh,
            keys=tuple(key or ()),
        )
        outcome = verify_with_progress(known, wish)
    print(json.dumps(plain(outcome, most=most), indent=2) if as_json else tell(outcome, most=most))
    if not outcome.report.sound:
        raise typer.Exit(1)
