"""A progress bar on standard error; without a terminal one line at the end of it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Bar:
    """A bar that is told how much of the whole is done."""

    def __init__(self, title: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[more]}"),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task(title, total=1.0, more="")

    def fraction(self, done: float, more: str = "") -> None:
        """`done` from 0 to 1, and a word beside the bar."""
        self._bar.update(self._task, completed=done, more=more)

    def start(self) -> None:
        """Shows it."""
        self._bar.start()

    def stop(self) -> None:
        """Leaves it as it stands."""
        self._bar.stop()


@contextmanager
def progress(title: str) -> Iterator[Bar]:
    """A bar for the time of the block."""
    bar = Bar(title)
    started = time.monotonic()
    bar.start()
    try:
        yield bar
    finally:
        bar.stop()
    if not sys.stderr.isatty():
        print(f"{title}: done in {time.monotonic() - started:.1f} s", file=sys.stderr)
