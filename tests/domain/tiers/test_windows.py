from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.program.levels import Landing, Window
from domain.tiers.windows import Windows, own_years, windows_kept, windows_of
from tests.domain.tiers.lives import by

CALENDAR, MONTHS, OWN = Windows(Window.CALENDAR_YEAR), Windows(Window.ROLLING), own_years(date(2024, 3, 14))
DAYS = st.dates(date(1970, 1, 1), date(2100, 12, 31))
ANY = st.one_of(st.just(CALENDAR), st.just(MONTHS), st.dates(date(2000, 1, 1)).map(own_years))


def key(windows: Windows, day: date) -> str:
    return windows.key(windows.index(day))


class TestWindows:
    def test_a_calendar_year_is_named_by_its_number(self) -> None:
        assert [key(CALENDAR, date(2026, 1, 1)), key(CALENDAR, date(2026, 12, 31))] == ["2026", "2026"]

    def test_a_month_is_named_by_year_and_month(self) -> None:
        assert [key(MONTHS, date(2026, 11, 30)), key(MONTHS, date(2026, 12, 1))] == ["2026-11", "2026-12"]

    def test_an_own_year_is_named_by_the_day_it_begins(self) -> None:
        days = (date(2026, 3, 13), date(2026, 3, 14), date(2027, 3, 13))
        assert [key(OWN, day) for day in days] == ["2025-03-14", "2026-03-14", "2026-03-14"]

    def test_who_joined_on_29_february_has_years_from_the_28th(self) -> None:
        leap = own_years(date(2024, 2, 29))
        days = (date(2024, 2, 29), date(2025, 2, 27), date(2025, 2, 28), date(2028, 2, 28), date(2028, 2, 29))
        assert [key(leap, day) for day in days] == [
            "2024-02-28", "2024-02-28", "2025-02-28", "2028-02-28", "2028-02-28",
        ]  # fmt: skip

    @given(ANY, DAYS)
    def test_a_day_is_in_the_window_that_begins_last_before_it(self, windows: Windows, day: date) -> None:
        index = windows.index(day)
        assert windows.start(index) <= day < windows.start(index + 1)

    @given(ANY, DAYS)
    def test_a_key_leads_back_to_its_window_and_sorts_as_it(self, windows: Windows, day: date) -> None:
        index = windows.index(day)
        assert windows.index_of(windows.key(index)) == index
        assert windows.key(index) < windows.key(index + 1)

    @given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 9000))
    def test_own_years_follow_from_any_key_of_them(self, joined: date, days: int) -> None:
        day = joined + timedelta(days=days)
        program = by(Window.ANNIVERSARY)
        known = windows_of(program, {}, joined)
        assert windows_of(program, {known.key(known.index(day)): 1}) == known

    def test_keys_of_another_kind_of_window_count_where_they_begin(self) -> None:
        assert MONTHS.index_of("2026") == MONTHS.index(date(2026, 1, 1))
        assert CALENDAR.index_of("2026-11") == 2026
        assert OWN.index_of("2026") == OWN.index(date(2026, 1, 1)) == 2025


class TestKept:
    def test_calendar_years_are_three_as_they_always_were(self) -> None:
        assert windows_kept(by()) == 3

    @pytest.mark.parametrize(
        ("window", "tiers", "kept"),
        [
            (Window.ANNIVERSARY, {}, 3),
            (Window.CALENDAR_YEAR, {"grace_days": 30}, 4),
            (Window.CALENDAR_YEAR, {"landing": Landing.SOFT}, 5),
            (Window.CALENDAR_YEAR, {"landing": Landing.SOFT, "grace_days": 366}, 11),
            (Window.ROLLING, {"months": 3}, 12),
            (Window.ROLLING, {"months": 12}, 13),
            (Window.ROLLING, {"months": 24, "landing": Landing.SOFT, "grace_days": 30}, 33),
        ],
    )
    def test_others_keep_what_every_fall_can_still_ask_for(
        self, window: Window, tiers: dict[str, Any], kept: int
    ) -> None:
        assert windows_kept(by(window, **tiers)) == kept
