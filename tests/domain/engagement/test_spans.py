"""When periods end."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.earning.facts.periods import running
from domain.engagement.spans import day_in, days_left, period_end
from domain.program.earning import Period

NEW_YORK = ZoneInfo("America/New_York")


class TestPeriodEnd:
    @pytest.mark.parametrize(
        ("per", "day", "end"),
        [
            (Period.DAY, date(2026, 6, 15), datetime(2026, 6, 16, 4, tzinfo=UTC)),
            (Period.WEEK, date(2026, 6, 15), datetime(2026, 6, 22, 4, tzinfo=UTC)),
            (Period.WEEK, date(2026, 6, 21), datetime(2026, 6, 22, 4, tzinfo=UTC)),
            (Period.MONTH, date(2026, 11, 30), datetime(2026, 12, 1, 5, tzinfo=UTC)),
            (Period.MONTH, date(2026, 12, 31), datetime(2027, 1, 1, 5, tzinfo=UTC)),
            (Period.YEAR, date(2026, 1, 1), datetime(2027, 1, 1, 5, tzinfo=UTC)),
            (Period.EVER, date(2026, 1, 1), None),
        ],
    )
    def test_it_is_midnight_of_the_programme(self, per: Period, day: date, end: datetime | None) -> None:
        assert period_end(per, day, NEW_YORK) == end


class TestDayIn:
    @pytest.mark.parametrize("per", [Period.DAY, Period.WEEK, Period.MONTH, Period.YEAR])
    def test_it_is_the_inverse_of_the_number_in_a_row(self, per: Period) -> None:
        for ordinal in range(date(2023, 12, 1).toordinal(), date(2026, 2, 1).toordinal()):
            number = running(per, date.fromordinal(ordinal))
            assert running(per, day_in(per, number)) == number


class TestDaysLeft:
    @pytest.mark.parametrize(
        ("hour", "days"),
        [(datetime(2026, 6, 15, 12, tzinfo=UTC), 7), (datetime(2026, 6, 22, 3, tzinfo=UTC), 1)],
    )
    def test_today_counts(self, hour: datetime, days: int) -> None:
        assert days_left(datetime(2026, 6, 22, 4, tzinfo=UTC), hour, NEW_YORK) == days

    def test_none_are_left_of_what_is_over(self) -> None:
        end = datetime(2026, 6, 22, 4, tzinfo=UTC)
        assert days_left(end, end, NEW_YORK) == 0
