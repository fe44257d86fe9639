"""The programme's accounts as a table, as JSON and as CSV."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.ledger.liability import Month, outstanding_by_month
from domain.ledger.totals import Totals
from runtime.liability import NoAccounts, as_csv, as_json, as_table, read_accounts
from runtime.wiring import House
from runtime.workers.accounts import AccountsFollower
from runtime.workers.rebuild import rebuild
from services.context import Context
from services.ledger.programme_accounts import ProgrammeAccounts
from tests.support.house import NOON, the_programme
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.working import Desk, post

TOTALS = Totals(
    earned=1_234_567, reinstated=8, adjusted_up=2, adjusted_down=7, received=30, sent=20, redeemed=200_000,
    expired=100_000, reversed=50, waiting=500, debt=20,
    lots={datetime(2027, 2, 1, 5, tzinfo=UTC): 900_000, None: 4_050},
    held_lots={None: 30_000},
)  # fmt: skip
ZONE = the_programme().zone
POINTS = ProgrammeAccounts("POINTS", TOTALS, tuple(outstanding_by_month(TOTALS, ZONE)), Decimal("0.005"), NOON)
STARS = ProgrammeAccounts("STARS", Totals(earned=5, lots={None: 5}), (Month(None, 5),), None, NOON)


class TestAsTable:
    def test_what_was_issued_less_what_became_of_it_is_outstanding(self) -> None:
        assert as_table([POINTS], "USD").splitlines() == [
            "POINTS as of 2026-06-15 12:00:00 UTC",
            "",
            "earned                         1,234,567",
            "reinstated                             8",
            "added by staff                         2",
            "issued                         1,234,577",
            "",
            "redeemed                        -200,000",
            "expired                         -100,000",
            "reversed                             -50",
            "taken by staff                        -7",
            "pending                             -500",
            "debt                                  20",
            "on the way                            10",
            "outstanding                      934,050           4,670.250 USD",
            "",
            "outstanding, by the month of the last day",
            "  2027-01                        900,000           4,500.000 USD",
            "  never                           34,050             170.250 USD",
            "",
            "held, of these                    30,000",
            "sent among members                    20",
            "breakage rate                     8.10 %",
        ]

    def test_a_currency_without_worth_shows_no_money(self) -> None:
        lines = as_table([POINTS, STARS], "USD").splitlines()
        assert lines[lines.index("STARS as of 2026-06-15 12:00:00 UTC") :][13] == "outstanding" + " " * 28 + "5"


class TestAsJson:
    def test_its_fields_are_named_as_in_the_api(self) -> None:
        points, stars = json.loads(as_json([POINTS, STARS], "USD"))
        assert points == {
            "currency": "POINTS",
            "asOf": "2026-06-15T12:00:00.000Z",
            "earned": 1234567,
            "reinstated": 8,
            "adjustedUp": 2,
            "issued": 1234577,
            "redeemed": 200000,
            "expired": 100000,
            "reversed": 50,
            "adjustedDown": 7,
            "transferred": 20,
            "pending": 500,
            "held": 30000,
            "debt": 20,
            "outstanding": 934050,
            "adjusted": -5,
            "liability": {"amount": "4670.250", "currency": "USD"},
            "breakageRate": "0.0810",
            "byExpiry": [
                {"month": "2027-01", "points": 900000, "worth": {"amount": "4500.000", "currency": "USD"}},
                {"month": None, "points": 34050, "worth": {"amount": "170.250", "currency": "USD"}},
            ],
        }
        assert (stars["liability"], stars["breakageRate"]) == (None, "0.0000")


class TestAsCsv:
    def test_one_row_a_figure(self) -> None:
        rows = as_csv([POINTS, STARS], "USD").splitlines()
        assert rows[:2] == ["currency,figure,month,points,worth,money", "POINTS,earned,,1234567,,"]
        assert rows[13:16] == [
            "POINTS,outstanding,,934050,4670.250,USD",
            "POINTS,byExpiry,2027-01,900000,4500.000,USD",
            "POINTS,byExpiry,never,34050,170.250,USD",
        ]
        assert rows[-2:] == ["STARS,outstanding,,5,,", "STARS,byExpiry,never,5,,"]


class TestReadAccounts:
    async def test_before_they_are_counted_it_says_who_does_that(self, house: House) -> None:
        with pytest.raises(NoAccounts, match="`regulars rebuild accounts` does it"):
            await read_accounts(house, None)

    async def test_a_currency_that_there_is_not(self, house: House) -> None:
        with pytest.raises(NoAccounts, match="no currency MILES: it has POINTS"):
            await read_accounts(house, "MILES")

    async def test_after_a_rebuild_without_a_worker_nobody_knows_how_far_they_are_behind(
        self, context: Context, house: House
    ) -> None:
        await context.members.insert_many([a_member()])
        await post(context, a_member().id, earning(10))
        assert await rebuild(house, "accounts") == 1

        program, (points,), behind = await read_accounts(house, "POINTS")

        assert (program.money, points.totals.outstanding, behind) == ("USD", 10, None)

    async def test_a_worker_says_how_far(self, context: Context, house: House) -> None:
        async with Desk(house).following(AccountsFollower(context)):
            assert (await read_accounts(house, None))[2] == 0.0
