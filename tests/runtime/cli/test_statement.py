"""`regulars statement` and `regulars trace`, each as a process, over a history that is over."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from runtime.statements import plain_text
from services.context import Context
from services.ledger.poster import Posting
from tests.support.command_line import regulars
from tests.support.ledger import redeeming
from tests.support.people import buy, enrol

JANUARY = ("--from", "2024-01-01", "--to", "2024-02-01")
TEN = datetime(2024, 1, 10, 15, tzinfo=UTC)
TWENTY = datetime(2024, 1, 20, 3, tzinfo=UTC)  # the 19th in New York
NINE_YEARS = ("--from", "2020-01-01", "--to", "2026-01-01")


@pytest.fixture
def servers(database: Database, mongo_uri: str, redis_url: str) -> dict[str, str]:
    """Variables that name the stores of `context`."""
    return {"MONGODB_URI": mongo_uri, "REDIS_URL": redis_url, "MONGODB_DATABASE": database.name}


@pytest.fixture
async def ada(context: Context) -> Member:
    """Earned 300 and 200 in January 2024, spent 350; the rest has expired since, which no entry says."""
    (ada,) = await enrol(context, "Ada")
    await buy(context, ada, "300.00", id="=1+1", at=TEN)
    await buy(context, ada, "200.00", id="o2", at=TWENTY)
    await context.poster.post(Posting(ada.id, "client:r", "0" * 32, redeeming(350, key="client:r"), at=TWENTY))
    return ada


class TestStatement:
    def test_as_a_table(self, servers: dict[str, str], ada: Member) -> None:
        told = regulars("statement", "crm-ada", *JANUARY, **servers)
        assert (told.returncode, told.stderr) == (0, "")
        assert [line.split() for line in told.stdout.splitlines()[3:]] == [
            ["opening", "0"],
            ["2024-01-10", "10:00", "1", "EARN", "+300", "300", "Purchase", "=1+1"],
            ["2024-01-19", "22:00", "2", "EARN", "+200", "500", "Purchase", "o2"],
            ["2024-01-19", "22:00", "3", "REDEEM", "-350", "150", "Redeemed"],
            ["closing", "150"],
        ]

    def test_as_csv_into_a_file_without_formulas(
        self, servers: dict[str, str], ada: Member, tmp_path: Path
    ) -> None:
        file = tmp_path / "ada.csv"
        told = regulars("statement", "crm-ada", *NINE_YEARS, "--csv", "--output", str(file), **servers)
        assert (told.returncode, told.stdout) == (0, "")
        rows = list(csv.DictReader(io.StringIO(file.read_text())))
        assert [(row["at"], row["sequence"], row["kind"], row["points"], row["available"]) for row in rows] == [
            ("2020-01-01T00:00:00.000-05:00", "", "OPENING", "", "0"),
            ("2024-01-10T10:00:00.000-05:00", "1", "EARN", "300", "300"),
            ("2024-01-19T22:00:00.000-05:00", "2", "EARN", "200", "500"),
            ("2024-01-19T22:00:00.000-05:00", "3", "REDEEM", "-350", "150"),
            ("2025-02-01T00:00:00.000-05:00", "", "EXPIRE", "-150", "0"),
            ("2026-01-01T00:00:00.000-05:00", "", "CLOSING", "", "0"),
        ]
        assert rows[1]["description"] == "Purchase =1+1"
        assert rows[1]["reference"] == "shop/=1+1"
        assert [plain_text(text) for text in ("=1+1", "+1", "-1", "@a", "\t=1", "a=1", "")] == [
            *("'=1+1", "'+1", "'-1", "'@a", "'\t=1", "a=1", "")
        ]

    def test_as_json(self, servers: dict[str, str], ada: Member) -> None:
        plain = json.loads(regulars("statement", "crm-ada", *NINE_YEARS, "--json", **servers).stdout)
        nothing = {"available": 0, "pending": 0, "held": 0, "debt": 0}
        assert (plain["opening"], plain["closing"]) == (nothing, nothing)
        assert [(one["kind"], one["count"], one["points"]) for one in plain["totals"]] == [
            ("EARN", 2, 500),
            ("REDEEM", 1, -350),
            ("EXPIRE", 1, -150),
        ]
        assert [line["sequence"] for line in plain["lines"]] == [1, 2, 3, None]
        assert plain["lines"][0]["effectiveAt"] == "2024-01-10T15:00:00.000Z"

    def test_what_cannot_be_is_said_in_a_line(self, servers: dict[str, str], ada: Member) -> None:
        told = regulars("statement", "crm-ada", *JANUARY, "--currency", "MILES", **servers)
        message = "regulars: The programme has no currency MILES: it has POINTS.\n"
        assert (told.returncode, told.stdout, told.stderr) == (1, "", message)


class TestTrace:
    def test_a_debit_names_the_credits_that_paid(self, servers: dict[str, str], ada: Member) -> None:
        for name in (f"{ada.id}/3", global_id("Entry", ada.id, 3)):
            told = regulars("trace", name, **servers)
            assert told.returncode == 0
            lines = [line.split() for line in told.stdout.splitlines()]
            assert lines[0] == [f"{ada.id}/3", "REDEEM", "-350", "POINTS", "Redeemed"]
            until = ["until", "2025-01-31"]
            assert lines[4] == ["300", "1", "EARN", "2024-01-10", "10:00", "Purchase", "=1+1,", *until]
            assert lines[5] == ["50", "2", "EARN", "2024-01-19", "22:00", "Purchase", "o2,", *until]

    def test_a_credit_says_where_its_points_went(self, servers: dict[str, str], ada: Member) -> None:
        told = regulars("trace", f"{ada.id}/2", **servers).stdout.splitlines()
        assert told[2] == "200 given: spent 50, expired 150"
        assert told[5].split()[:2] == ["150", "due"]
        plain = json.loads(regulars("trace", f"{ada.id}/2", "--json", **servers).stdout)
        assert plain["paidBy"] == []
        assert {name: plain["usedFor"][name] for name in ("given", "unspent", "spent", "expired")} == {
            "given": 200,
            "unspent": 0,
            "spent": 50,
            "expired": 150,
        }
        used = [(one["entry"] and one["entry"]["sequence"], one["points"]) for one in plain["usedFor"]["entries"]]
        assert used == [(3, 50), (None, 150)]

    def test_what_is_no_entry_is_said_in_a_line(self, servers: dict[str, str], ada: Member) -> None:
        told = regulars("trace", f"{ada.id}/9", **servers)
        assert (told.returncode, told.stderr) == (1, f"regulars: Member {ada.id} has no entry 9.\n")
        assert regulars("trace", "nonsense", **servers).returncode == 2
