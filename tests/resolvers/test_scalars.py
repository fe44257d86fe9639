"""What the scalars print, and what they refuse to read: with BAD_REQUEST, never as a fault."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError

from domain.members.member import Member
from domain.time import print_date_time
from resolvers.scalars import (
    print_decimal,
    read_date,
    read_date_time,
    read_decimal,
    read_points,
)
from tests.resolvers.conftest import Desk
from tests.support.people import AGENT, as_member


class TestDateTime:
    @pytest.mark.parametrize(
        ("moment", "text"),
        [
            (datetime(2027, 1, 31, tzinfo=UTC), "2027-01-31T00:00:00.000Z"),
            (datetime(2027, 1, 31, 1, 2, 3, 456_999, tzinfo=UTC), "2027-01-31T01:02:03.456Z"),
            (datetime(2027, 1, 31, tzinfo=timezone(timedelta(hours=2))), "2027-01-30T22:00:00.000Z"),
        ],
    )
    def test_prints_utc_with_milliseconds(self, moment: datetime, text: str) -> None:
        assert print_date_time(moment) == text

    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("2027-01-31T00:00:00.000Z", datetime(2027, 1, 31, tzinfo=UTC)),
            ("2027-01-31t02:00+02:00", datetime(2027, 1, 31, tzinfo=UTC)),
            ("2027-01-31T00:00:00.123456789Z", datetime(2027, 1, 31, 0, 0, 0, 123_000, tzinfo=UTC)),
        ],
    )
    def test_reads_any_offset(self, text: str, moment: datetime) -> None:
        assert read_date_time(text) == moment

    @pytest.mark.parametrize(
        "value",
        [
            "2027-01-31T00:00:00",
            "2027-01-31",
            "2027-02-30T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "2027-01-31T00:00:00+99:99",
            "٢٠٢٧-01-31T00:00:00Z",
            "soon",
            "",
            1_800_000_000,
            None,
            True,
            ["2027-01-31T00:00:00Z"],
        ],
    )
    def test_refuses_the_rest(self, value: Any) -> None:
        with pytest.raises(GraphQLError):
            read_date_time(value)


class TestDate:
    def test_reads_a_day(self) -> None:
        assert read_date("2027-01-31") == date(2027, 1, 31)

    @pytest.mark.parametrize(
        "value", ["2027-02-30", "2027-1-31", "20270131", "2027-01-31T00:00:00Z", 20270131, None]
    )
    def test_refuses_the_rest(self, value: Any) -> None:
        with pytest.raises(GraphQLError):
            read_date(value)


class TestPoints:
    @pytest.mark.parametrize("value", [0, -1, 2**53 - 1, -(2**53) + 1])
    def test_reads_whole_numbers(self, value: int) -> None:
        assert read_points(value) == value

    @pytest.mark.parametrize("value", [2**53, -(2**53), 1.0, 1.5, "1", True, None, [1], float("nan")])
    def test_refuses_the_rest(self, value: Any) -> None:
        with pytest.raises(GraphQLError):
            read_points(value)


class TestDecimal:
    @pytest.mark.parametrize(
        ("value", "number"),
        [("12.50", Decimal("12.50")), ("-0.1", Decimal("-0.1")), (".5", Decimal("0.5")), (12, Decimal(12))],
    )
    def test_reads_plain_numbers(self, value: Any, number: Decimal) -> None:
        assert read_decimal(value) == number

    @pytest.mark.parametrize(
        "value", ["NaN", "Infinity", "-inf", "1e3", "1E-3", "", " 1", "1_000", "٣", "9" * 65, 12.5, True, None, {}]
    )
    def test_refuses_the_rest(self, value: Any) -> None:
        with pytest.raises(GraphQLError):
            read_decimal(value)

    @pytest.mark.parametrize(
        ("number", "text"),
        [(Decimal("1E+3"), "1000"), (Decimal("0E-2"), "0.00"), (Decimal("12.50"), "12.50"), (Decimal(0), "0")],
    )
    def test_prints_without_an_exponent(self, number: Decimal, text: str) -> None:
        assert print_decimal(number) == text


class TestInRequests:
    """As literals and as variables alike."""

    async def test_bad_literals_are_bad_requests(self, ask: Desk, ada: Member) -> None:
        for literal in ('"2027-01-31T00:00:00"', "1800000000", '"2027-02-30T00:00:00Z"', "true", "[]", "{}", "A"):
            body = await ask(as_member(ada), f"{{ me {{ balance(asOf: {literal}) {{ available }} }} }}")
            assert [error["extensions"] for error in body["errors"]] == [{"code": "BAD_REQUEST"}], literal
            assert "data" not in body

    async def test_bad_variables_are_bad_requests(self, ask: Desk, ada: Member) -> None:
        document = "query($at: DateTime) { me { balance(asOf: $at) { available } } }"
        for value in ("2027-01-31T00:00:00", 1_800_000_000, {}, [1, 2], True):
            body = await ask(as_member(ada), document, at=value)
            assert [error["extensions"] for error in body["errors"]] == [{"code": "BAD_REQUEST"}], value

    async def test_bad_points_are_bad_requests(self, ask: Desk) -> None:
        document = """mutation($points: Points!) { adjustPoints(input: {memberId: "x", points: $points,
            reasonCode: "GOODWILL", note: "n", idempotencyKey: "k"}) { errors { code } } }"""
        for points in (2**53, 1.5, "5", None, 10**400):
            body = await ask(AGENT, document, points=points)
            assert [error["extensions"] for error in body["errors"]] == [{"code": "BAD_REQUEST"}], points
