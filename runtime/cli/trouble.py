"""Commands whose exit code says what they found: that they could not look has a code of its own."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

TROUBLE = 2
"""As for wrong usage: nothing was found out."""


@contextmanager
def trouble() -> Iterator[None]:
    """What can be expected to go wrong inside the block is one line, and exit code 2."""
    from runtime.cli.explain import explain

    try:
        yield
    except Exception as fault:
        message = explain(fault)
        if message is None:
            raise
        print(f"regulars: {message}", file=sys.stderr)
        raise typer.Exit(TROUBLE) from fault
