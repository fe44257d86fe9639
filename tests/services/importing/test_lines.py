"""Lines of any file: numbered, bounded, and never an exception."""

import gzip
from pathlib import Path

from services.importing.lines import MAX_LINE, read_lines


def lines_of(path: Path, content: bytes) -> list[tuple[int, bytes, str | None]]:
    path.write_bytes(content)
    return [(line.number, line.data, line.fault) for line in read_lines(path)]


class TestReadLines:
    def test_plain_and_gzip_are_the_same(self, tmp_path: Path) -> None:
        expected = [(1, b"a", None), (2, b"", None), (3, b"b", None)]
        assert lines_of(tmp_path / "plain", b"\xef\xbb\xbfa\r\n\nb") == expected
        assert lines_of(tmp_path / "packed", gzip.compress(b"a\n\nb\n")) == expected

    def test_a_line_as_long_as_may_be_is_read_and_one_byte_more_is_a_fault(self, tmp_path: Path) -> None:
        longest, longer = b"x" * (MAX_LINE - 1), b"x" * (MAX_LINE + 5_000)
        read = lines_of(tmp_path / "long", longest + b"\n" + longer + b"\nnext\n")
        assert [(number, len(data), fault) for number, data, fault in read] == [
            (1, MAX_LINE - 1, None),
            (2, 200, f"the line is longer than {MAX_LINE} bytes"),
            (3, 4, None),
        ]

    def test_a_cut_off_gzip_gives_what_there_is_and_then_a_fault(self, tmp_path: Path) -> None:
        packed = gzip.compress(b"".join(b"%d\n" % number for number in range(50_000)))
        read = lines_of(tmp_path / "cut", packed[: len(packed) // 2])
        assert read[0] == (1, b"0", None)
        assert read[-1][2] is not None
        assert "damaged" in read[-1][2]

    def test_position_grows_to_the_size_of_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "packed"
        path.write_bytes(gzip.compress(b"a\n" * 10_000))
        assert [line.position for line in read_lines(path)][-1] == path.stat().st_size
