"""What is outstanding by month, what it is worth, and how much of what was issued has expired."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.ledger.liability import Month, breakage_rate, outstanding_by_month, value
from domain.ledger.totals import Totals

NEW_YORK = ZoneInfo("America/New_York")
END_OF_JANUARY = datetime(2027, 2, 1, tzinfo=NEW_YORK).astimezone(UTC)
LAST_OF_JANUARY = datetime(2027, 1, 31, tzinfo=NEW_YORK).astimezone(UTC)
END_OF_YEAR = datetime(2027, 1, 1, tzinfo=NEW_YORK).astimezone(UTC)


class TestOutstandingByMonth:
    def test_the_month_is_that_of_the_last_day_in_the_programmes_zone_and_never_comes_last(self) -> None:
        totals = Totals(
            lots={None: 5, END_OF_JANUARY: 10, LAST_OF_JANUARY: 1, END_OF_YEAR: 7},
            held_lots={END_OF_JANUARY: 2, None: 1},
        )
        months = outstanding_by_month(totals, NEW_YORK)
        assert months == [Month("2026-12", 7), Month("2027-01", 13), Month(None, 6)]
        assert sum(month.points for month in months) == totals.outstanding

    def test_nothing_outstanding_has_no_month(self) -> None:
        assert outstanding_by_month(Totals(earned=5, redeemed=5), NEW_YORK) == []


class TestValue:
    def test_it_is_exact_beyond_the_digits_of_money_and_of_ordinary_arithmetic(self) -> None:
        assert value(123, Decimal("0.005")) == Decimal("0.615")
        assert value(2**53 - 1, Decimal("0.000123456789012345")) == Decimal("1111999897984.709650337676533895")


class TestBreakageRate:
    def test_it_is_what_expired_of_all_that_was_issued_to_four_digits(self) -> None:
        issued = {"earned": 800, "reinstated": 90, "adjusted_up": 110}
        assert breakage_rate(Totals(expired=123, **issued)) == Decimal("0.1230")
        assert breakage_rate(Totals(expired=2, earned=3)) == Decimal("0.6667")
        assert breakage_rate(Totals(earned=3)) == Decimal("0.0000")

    def test_before_anything_was_issued_there_is_none(self) -> None:
        assert breakage_rate(Totals(received=5)) is None
