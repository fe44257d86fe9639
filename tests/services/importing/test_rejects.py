import json
from pathlib import Path

import pytest

from services.importing.rejects import Rejects, merge


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rejects.ndjson"


def rows(path: Path) -> list[tuple[int, str]]:
    return [(row["line"], row["reason"]) for row in map(json.loads, path.read_bytes().split(b"\n")[:-1])]


class TestRejects:
    def test_stand_in_the_order_of_the_lines_whenever_they_came(self, path: Path) -> None:
        with Rejects(path) as rejects:
            for number in (3, 1, 2):
                rejects.add(number, "bad")
        assert rows(path) == [(1, "bad"), (2, "bad"), (3, "bad")]

    def test_a_text_with_other_separators_is_one_row(self, path: Path) -> None:
        text = "a\u2028b\u0085c\x0bd\x1ce\rf\ng"
        with Rejects(path) as rejects:
            rejects.add(2, "bad", text=text)
            rejects.add(1, text)
        assert rows(path) == [(1, text), (2, "bad")]

    def test_what_was_rejected_up_to_a_line_is_kept_and_the_rest_comes_again(self, path: Path) -> None:
        with Rejects(path) as rejects:
            for number in (1, 2, 3):
                rejects.add(number, "before")
        with Rejects(path, after=2) as rejects:
            rejects.add(4, "after")
        assert rows(path) == [(1, "before"), (2, "before"), (4, "after")]

    @pytest.mark.parametrize("torn", ['{"line": 3, "rea', '{"line": 3, "reason": "\u00e9'])
    def test_a_row_that_was_torn_when_a_process_was_killed_is_dropped(self, path: Path, torn: str) -> None:
        with Rejects(path) as rejects:
            rejects.add(1, "before")
        with path.open("ab") as file:
            file.write(torn.encode()[:-1])
        with Rejects(path, after=1) as rejects:
            rejects.add(3, "again")
        assert rows(path) == [(1, "before"), (3, "again")]

    def test_nothing_rejected_is_no_file(self, path: Path) -> None:
        with Rejects(path):
            pass
        assert not path.exists()


class TestMerge:
    def test_makes_one_file_in_order_and_takes_the_parts_away(self, path: Path) -> None:
        parts = [path.with_name(f"part{index}") for index in range(3)]
        for part, number in ((parts[0], 2), (parts[2], 1)):
            with Rejects(part) as rejects:
                rejects.add(number, "a\u2029b")
        merge(parts, path)
        assert rows(path) == [(1, "a\u2029b"), (2, "a\u2029b")]
        assert list(path.parent.iterdir()) == [path]
