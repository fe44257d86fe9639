"""`regulars receipt`."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def receipt(
    entry: Annotated[
        str | None, typer.Argument(help="The entry: its global id, or MEMBER/SEQ.", show_default=False)
    ] = None,
    *,
    check: Annotated[
        Path | None, typer.Option(help="Check this receipt instead of making one. Needs no database.")
    ] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A public key in PEM to check with, and no other; may be repeated."),
    ] = None,
) -> None:
    """Prints what proves one entry: its content, the chain up to the signed root, and the root.

    Whoever has it and the public key needs neither the database nor trust in whoever runs it. Exit code 0: the
    entry is proved; 1: the receipt does not hold; 2: it could not be found out; 3: the entry is newer than the
    newest root, so that nothing is signed yet.

    \b
    Examples:
      regulars receipt RW50cnk6NGt4MG0ydjljN3ExZDVzOHQzd3o6MTc > receipt.json
      regulars receipt 4kx0m2v9c7q1d5s8t3wz/17 > receipt.json
      regulars receipt --check receipt.json --key regulars.public.pem
    """
    from runtime.cli.environment import quiet_logs, settings
    from runtime.cli.trouble import trouble

    if (entry is None) == (check is None):
        raise typer.BadParameter("name an entry, or a receipt by --check: one of them", param_hint="ENTRY")
    with trouble():
        known = settings()
        quiet_logs(known)
        if check:
            from runtime.receipts import check_receipt

            lines, code = check_receipt(known, check, tuple(key or ()))
            print("\n".join(lines))
            raise typer.Exit(code)
        from runtime.make_receipt import make_receipt
        from runtime.receipts import read_entry

        try:
            member, seq = read_entry(entry or "")
        except ValueError as fault:
            raise typer.BadParameter(str(fault), param_hint="ENTRY") from fault
        made = make_receipt(known, member, seq)
    print(made.text)
    print(made.note, file=sys.stderr)
    raise typer.Exit(made.code)
