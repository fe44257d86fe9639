"""The rejects file: each line that was not taken, with its number and why, in the order of the lines."""

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from domain.refusals import Refused

_SORTED = 100_000


class Rejects:
    """`with Rejects(path, after=n) as rejects:` keeps what stands of lines up to n and adds to it.

    The file is only there when something was rejected. Without `keep` it is neither written nor removed.
    """

    def __init__(self, path: Path, *, after: int = 0, keep: bool = True) -> None:
        self.path = path
        self._keep = keep
        self._kept = _kept(path, after)
        self._file: IO[str] | None = None
        self.count = len(self._kept)

    def __enter__(self) -> Self:
        if self._keep:
            self.path.unlink(missing_ok=True)
        if self._kept:
            self._open().writelines(self._kept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()
            if self.count <= _SORTED:
                _sort(self.path)

    def add(self, number: int, reason: str, *, code: str = "BAD_LINE", **more: Any) -> None:
        """One rejected line."""
        self.count += 1
        if not self._keep:
            return
        row = {"line": number, "code": code, "reason": reason} | {k: v for k, v in more.items() if v}
        self._open().write(json.dumps(row, ensure_ascii=False) + "\n")

    def refuse(self, number: int, refusal: Refused) -> None:
        """One line that was refused as a command."""
        self.add(number, refusal.message, code=refusal.code.value, path=".".join(refusal.path))

    def flush(self) -> None:
        """Everything so far is in the file: before progress is noted."""
        if self._file:
            self._file.flush()

    def _open(self) -> IO[str]:
        if self._file is None:
            self._file = self.path.open("a", encoding="utf-8", errors="backslashreplace")
        return self._file


def merge(parts: Sequence[Path], into: Path) -> None:
    """Makes one rejects file of the parts', which go."""
    rows = [row for part in parts if part.exists() for row in _rows(part)]
    into.unlink(missing_ok=True)
    if rows:
        into.write_text("".join(sorted(rows, key=_line_of)), encoding="utf-8")
    for part in parts:
        part.unlink(missing_ok=True)


def _sort(path: Path) -> None:
    """Refusals come from batches, and later than the faults of lines behind them."""
    rows = sorted(_rows(path), key=_line_of)
    path.write_text("".join(rows), encoding="utf-8")


def _rows(path: Path) -> list[str]:
    """The whole rows of a file; the last one may be torn, where a process was killed while it wrote."""
    # Not by splitlines: a rejected text may hold separators that are no end of a row.
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        return [row for row in file if row.endswith("\n")]


def _line_of(text: str) -> int:
    return int(json.loads(text)["line"])


def _kept(path: Path, after: int) -> list[str]:
    if not after or not path.exists():
        return []
    return [row for row in _rows(path) if _line_of(row) <= after]
