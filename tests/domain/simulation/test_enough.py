"""A programme is published upon a simulation of everyone, over the last four weeks or more."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.simulation.enough import Looked, is_enough

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FOUR_WEEKS, DAY, MS = timedelta(days=28), timedelta(days=1), timedelta(milliseconds=1)


def enough(begin: datetime | None = None, until: datetime | None = None, percent: str = "100") -> bool:
    return is_enough(Looked(begin, until, Decimal(percent), NOW))


class TestIsEnough:
    @pytest.mark.parametrize(
        ("begin", "until"),
        [
            (None, None),
            (NOW - FOUR_WEEKS, None),
            (NOW - FOUR_WEEKS * 9, NOW + DAY),
            (NOW - FOUR_WEEKS, NOW - DAY),
        ],
    )
    def test_everyone_over_four_weeks_to_a_day_ago_at_the_earliest(
        self, begin: datetime | None, until: datetime | None
    ) -> None:
        assert enough(begin, until)
        assert enough(begin, until, "1E+2")

    @pytest.mark.parametrize(
        ("begin", "until"), [(NOW - FOUR_WEEKS + MS, None), (None, NOW - DAY - MS), (NOW, None)]
    )
    def test_fewer_days_or_days_long_ago_are_not(self, begin: datetime | None, until: datetime | None) -> None:
        assert not enough(begin, until)

    def test_a_sample_is_not_however_large(self) -> None:
        assert not enough(percent="99.9999")
