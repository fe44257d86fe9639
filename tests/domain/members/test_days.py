"""Days that come back each year."""

from datetime import date

import pytest

from domain.members.days import around, kept_on


class TestKeptOn:
    @pytest.mark.parametrize(
        ("today", "days"),
        [
            (date(2026, 3, 14), ("03-14",)),
            (date(2026, 2, 28), ("02-28", "02-29")),
            (date(2024, 2, 28), ("02-28",)),
            (date(2024, 2, 29), ("02-29",)),
            (date(2100, 2, 28), ("02-28", "02-29")),
        ],
    )
    def test_the_29th_of_february_is_kept_on_the_28th_where_there_is_none(
        self, today: date, days: tuple[str, ...]
    ) -> None:
        assert kept_on(today) == days


class TestAround:
    def test_each_day_has_its_neighbours_whatever_the_year(self) -> None:
        assert around(("03-14",)) == ("03-13", "03-14", "03-15")
        assert around(("01-01",)) == ("12-31", "01-01", "01-02")
        assert around(("02-28", "02-29")) == ("02-27", "02-28", "02-29", "03-01")
