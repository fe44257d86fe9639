import json
from collections.abc import Mapping
from typing import Any

import pytest

from notifications.channels.fitting import cut, fitted
from tests.support.parcels import a_parcel

FAMILY, THUMB, FLAGS = "👩‍👩‍👧", "👍🏽", "🇪🇸🇯🇵🇪🇬"


def build(title: str, body: str, data: Mapping[str, Any]) -> bytes:
    return json.dumps([title, body, data], ensure_ascii=False).encode()


class TestCut:
    @pytest.mark.parametrize(
        ("text", "most", "left"),
        [
            ("points", 6, "points"),
            ("points", 5, "poin…"),
            ("40 points", 4, "40…"),
            ("cafe\u0301s", 5, "caf…"),
            (f"a{FAMILY}b", 4, "a…"),
            (f"a{FAMILY}bc", 7, f"a{FAMILY}…"),
            (f"a{THUMB}b", 3, "a…"),
            (FLAGS, 4, "🇪🇸…"),
            (FLAGS, 5, "🇪🇸🇯🇵…"),
            ("\u1112\u1161\u11ab\u1100", 3, "…"),
            ("한글입니다", 3, "한글…"),
            ("", 5, ""),
            ("abc", 0, "…"),
        ],
    )
    def test_it_is_cut_where_a_reader_sees_a_border(self, text: str, most: int, left: str) -> None:
        assert cut(text, most) == left


class TestFitted:
    def test_what_fits_is_left_as_it_is(self) -> None:
        whole = b'["T", "B", {"x": 1}]'
        assert fitted(build, a_parcel("", title="T", body="B", data={"x": 1}), len(whole)) == whole

    def test_it_is_the_longest_that_fits(self) -> None:
        parcel = a_parcel("", title="T", body="x" * 500, data={})
        for most in range(20, 200):
            content = fitted(build, parcel, most)
            assert len(content) in (most, most - 1)
            assert json.loads(content)[1].endswith("…")

    def test_nothing_of_the_body_is_shown_where_there_is_no_room(self) -> None:
        assert fitted(build, a_parcel("", title="T", body="积分积分", data={}), 13) == b'["T", "", {}]'
