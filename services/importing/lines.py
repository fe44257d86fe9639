"""The lines of a file, plain or gzip, in flat memory whatever the file holds."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, NamedTuple

MAX_LINE = 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One line without its end; `fault` says why it cannot be used. `position`: bytes of the file read so far."""

    number: int
    data: bytes
    position: int
    fault: str | None = None


def read_lines(path: Path) -> Iterator[Line]:
    """Every line, numbered from 1; one over 1 MiB comes as a fault, cut, and so does a damaged end.

    Raises OSError when the file cannot be opened.
    """
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        file: IO[bytes] | gzip.GzipFile = raw
        if _is_gzip(raw):
            file = stack.enter_context(gzip.GzipFile(fileobj=raw))
        number = 0
        while True:
            number += 1
            try:
                data = file.readline(MAX_LINE + 1)
                whole = len(data) <= MAX_LINE or _skip_rest(file, data)
            except (EOFError, OSError, zlib.error) as damage:
                yield Line(number, b"", raw.tell(), f"the file is damaged from here on: {damage}")
                return
            if not data:
                return
            if number == 1:
                data = data.removeprefix(_BOM)
            fault = None if whole else f"the line is longer than {MAX_LINE} bytes"
            yield Line(number, data.rstrip(b"\r\n") if whole else data[:200], raw.tell(), fault)


def _is_gzip(raw: IO[bytes]) -> bool:
    start = raw.read(2)
    raw.seek(0)
    return start == b"\x1f\x8b"


def _skip_rest(file: IO[bytes] | gzip.GzipFile, data: bytes) -> bool:
    """Reads on to the end of an overlong line; True when there was nothing but its end."""
    whole = data.endswith(b"\n")
    while data and not data.endswith(b"\n"):
        data = file.readline(MAX_LINE)
    return whole
