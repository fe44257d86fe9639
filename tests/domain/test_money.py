from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import MAX_MINOR, digits, from_minor, is_money, print_minor, to_minor


class TestToMinor:
    @pytest.mark.parametrize(
        ("amount", "currency", "minor"),
        [
            ("12.50", "USD", 1250),
            ("12.5", "USD", 1250),
            ("12.500", "USD", 1250),
            ("-0.01", "USD", -1),
            ("0E+999999", "USD", 0),
            ("-0", "USD", 0),
            ("1E+2", "USD", 10000),
            ("1500", "JPY", 1500),
            ("1500.0", "JPY", 1500),
            ("1.234", "KWD", 1234),
            ("90071992547409.91", "USD", MAX_MINOR),
        ],
    )
    def test_an_amount_becomes_whole_units_exactly(self, amount: str, currency: str, minor: int) -> None:
        assert to_minor(Decimal(amount), currency) == minor

    @pytest.mark.parametrize(
        ("amount", "currency"),
        [
            ("12.505", "USD"),
            ("0.5", "JPY"),
            ("0.0001", "KWD"),
            ("1E-999999", "USD"),
            ("1E+999999", "USD"),
            ("90071992547409.92", "USD"),
            ("NaN", "USD"),
            ("Infinity", "USD"),
            ("1." + "0" * 5000, "USD"),
        ],
    )
    def test_what_the_currency_cannot_pay_exactly_is_none(self, amount: str, currency: str) -> None:
        assert to_minor(Decimal(amount), currency) is None

    @given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(["USD", "JPY", "KWD"]))
    def test_from_minor_is_its_inverse(self, minor: int, currency: str) -> None:
        assert to_minor(from_minor(minor, currency), currency) == minor

    @given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(["USD", "JPY", "KWD"]))
    def test_written_out_it_is_the_same(self, minor: int, currency: str) -> None:
        assert print_minor(minor, currency) == str(from_minor(minor, currency))

    def test_amounts_carry_all_digits_of_their_currency(self) -> None:
        assert [str(from_minor(1500, code)) for code in ("USD", "JPY", "KWD")] == ["15.00", "1500", "1.500"]


class TestCodes:
    def test_digits_are_two_unless_iso_says_otherwise(self) -> None:
        assert [digits(code) for code in ("USD", "JPY", "KRW", "KWD")] == [2, 0, 0, 3]

    def test_only_codes_in_use_are_money(self) -> None:
        assert [is_money(code) for code in ("USD", "usd", "USS", "XAU", "")] == [True] + [False] * 4
