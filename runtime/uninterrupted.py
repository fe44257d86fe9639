"""Ctrl-C where it may not come between."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C within the block is raised as it is left; in the main thread only.

    Where processes are begun: one that an interrupt kept from being known to its pool is told by nobody to end,
    and the command would wait for it for ever.
    """
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt
