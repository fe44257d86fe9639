"""Rows of NDJSON and CSV: what is bad says why and hurts no other."""

from decimal import Decimal
from pathlib import Path

import pytest

from services.importing.kinds import Format
from services.importing.rows import format_of, read_rows


def rows_of(path: Path, content: bytes, format: Format) -> list[tuple[int, object]]:
    path.write_bytes(content)
    return [(row.number, row.value if row.value is not None else row.fault) for row in read_rows(path, format)]


class TestNdjson:
    def test_numbers_with_a_point_are_exact(self, tmp_path: Path) -> None:
        assert rows_of(tmp_path / "f", b'{"a": 0.10, "b": 3}', Format.NDJSON) == [
            (1, {"a": Decimal("0.10"), "b": 3})
        ]

    @pytest.mark.parametrize(
        ("line", "fault"),
        [
            (b"{oops", "the line is not JSON"),
            (b'{"a": NaN}', "the line is not JSON"),
            (b"9" * 5_000, "the line is not JSON"),
            (b"[" * 100_000, "the line is not JSON"),
            (b"[1]", "the line is no JSON object"),
            (b"null", "the line is no JSON object"),
            (b'{"a": "\xff"}', "the line is not UTF-8"),
            (b"\x00\x01", "the line is not JSON"),
        ],
    )
    def test_a_bad_line_is_a_fault_among_good_ones(self, tmp_path: Path, line: bytes, fault: str) -> None:
        content = b'{"n": 1}\n\n' + line + b'\n{"n": 2}\n'
        assert rows_of(tmp_path / "f", content, Format.NDJSON) == [(1, {"n": 1}), (3, fault), (4, {"n": 2})]


class TestCsv:
    def test_records_by_the_names_of_the_first_line(self, tmp_path: Path) -> None:
        content = b'\xef\xbb\xbfid,name\n1,"a, ""b"""\n2,"two\nlines"\n'
        assert rows_of(tmp_path / "f.csv", content, Format.CSV) == [
            (2, {"id": "1", "name": 'a, "b"'}),
            (4, {"id": "2", "name": "two\nlines"}),
        ]

    def test_a_wrong_number_of_fields_and_bad_text_are_faults(self, tmp_path: Path) -> None:
        assert rows_of(tmp_path / "f.csv", b"id,name\n1\n\xff,x\n3,c\n", Format.CSV) == [
            (2, "the row has 1 fields, the first line names 2"),
            (3, "the line is not UTF-8"),
            (4, {"id": "3", "name": "c"}),
        ]


class TestFormatOf:
    @pytest.mark.parametrize(
        ("name", "format"),
        [
            ("a.csv", Format.CSV),
            ("a.CSV.gz", Format.CSV),
            ("a.ndjson", Format.NDJSON),
            ("a.gz", Format.NDJSON),
            ("csv", Format.NDJSON),
        ],
    )
    def test_the_name_says_it(self, name: str, format: Format) -> None:
        assert format_of(Path(name)) is format
