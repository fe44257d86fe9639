"""`regulars root`."""

from pathlib import Path
from typing import Annotated

import typer


def root(
    *,
    list_all: Annotated[bool, typer.Option("--list", help="Print every root there is, one line each.")] = False,
    verify: Annotated[
        Path | None,
        typer.Option(
            help="Check this root's signature, and what lies beside it: the root before, what it covers."
        ),
    ] = None,
    anew: Annotated[
        str | None,
        typer.Option(help="Why the ledger lacks what was signed over, as after the restore of a backup."),
    ] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A public key in PEM to check with, and no other; may be repeated."),
    ] = None,
) -> None:
    """Signs the root of today: one hash over the newest entries of all members, in a file of ROOTS_DIR.

    A day (of UTC) has one root; if it stands already, that one is printed. Workers sign it by themselves each day.
    It signs nothing while the ledger lacks an entry that the newest root was signed over, unless you say --anew.
    Keep the files where those who can write to the database cannot: then a ledger that was rewritten or cut off
    shows in `regulars verify`. Exit code 1: what was checked does not hold; 2: it could not be done.

    \b
    Examples:
      regulars root
      regulars root --list
      regulars root --verify roots/2026-11-22.json --key regulars.public.pem
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.trouble import trouble

    with trouble():
        from runtime.rooting import check_file, list_roots

        known = settings()
        quiet_logs(known)
        if verify:
            lines, holds = check_file(known, verify, tuple(key or ()))
        elif list_all:
            lines, holds = list_roots(known, tuple(key or ()))
        else:
            from runtime.signing import sign_today

            lines, holds = sign_today(known, anew)
    print("\n".join(lines))
    if not holds:
        raise typer.Exit(1)
