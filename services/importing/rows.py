"""The rows of a file: each line of NDJSON, each record of CSV, as plain values; bad ones as faults."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.importing.kinds import Format
from services.importing.lines import MAX_LINE, Line, read_lines

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `value` is None for a bad one, and `fault` says why. `number` is that of its last line."""

    number: int
    position: int
    value: dict[str, Any] | None
    fault: str = ""
    text: str = ""


def format_of(path: Path) -> Format:
    """By the file's name: `.csv` or `.csv.gz` is CSV, everything else NDJSON."""
    return Format.CSV if path.name.removesuffix(".gz").lower().endswith(".csv") else Format.NDJSON


def read_rows(path: Path, format: Format) -> Iterator[Row]:
    """Every row in the file's order; empty lines are passed over."""
    lines = (line for line in read_lines(path) if line.data.strip() or line.fault)
    return map(_json_row, lines) if format is Format.NDJSON else _csv_rows(lines)


def _json_row(line: Line) -> Row:
    if line.fault:
        return _bad(line, line.fault)
    try:
        value = _decode(line.data.decode())
    except UnicodeDecodeError:
        return _bad(line, "the line is not UTF-8")
    except (ValueError, RecursionError):
        return _bad(line, "the line is not JSON")
    if not isinstance(value, dict):
        return _bad(line, "the line is no JSON object")
    return Row(line.number, line.position, value)


def _csv_rows(lines: Iterator[Line]) -> Iterator[Row]:
    """Rows by the names of the first line. A record may span lines; a line that is not UTF-8 is its own fault."""
    feed = _Feed(lines)
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(feed)
    header: list[str] | None = None
    while True:
        try:
            record = next(reader)
        except StopIteration:
            yield from feed.faults()
            return
        except csv.Error as error:
            yield Row(feed.last.number, feed.last.position, None, f"the row is not CSV: {error}")
            continue
        yield from feed.faults()
        if header is None:
            header = record
        elif len(record) != len(header):
            fault = f"the row has {len(record)} fields, the first line names {len(header)}"
            yield Row(feed.last.number, feed.last.position, None, fault, ",".join(record)[:_SHOWN])
        else:
            yield Row(feed.last.number, feed.last.position, dict(zip(header, record, strict=True)))


class _Feed:
    """Lines as text for the CSV reader; those it must not see are kept aside."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._bad: list[Row] = []
        self.last = Line(0, b"", 0)

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.last = line
            if line.fault:
                self._bad.append(_bad(line, line.fault))
                continue
            try:
                yield line.data.decode() + "\n"
            except UnicodeDecodeError:
                self._bad.append(_bad(line, "the line is not UTF-8"))

    def faults(self) -> Iterator[Row]:
        """The bad lines met since the last call."""
        bad, self._bad = self._bad, []
        yield from bad


def _bad(line: Line, fault: str) -> Row:
    return Row(line.number, line.position, None, fault, line.data[:_SHOWN].decode(errors="replace"))


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


# Numbers with a point become exact decimals: amounts of money never pass through binary floats.
_decode = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant).decode
