"""`regulars event explain` and `regulars event try`, each as a process."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.members.member import Member
from mongo.client import Database
from services.context import Context
from tests.support.command_line import regulars
from tests.support.people import buy, enrol
from tests.support.unchanged import unchanged

# A Saturday morning in New York: no happy hour.
SATURDAY = datetime(2026, 6, 13, 15, tzinfo=UTC)


@pytest.fixture
def servers(database: Database, mongo_uri: str, redis_url: str) -> dict[str, str]:
    """Variables that name the stores of `context`."""
    return {"MONGODB_URI": mongo_uri, "REDIS_URL": redis_url, "MONGODB_DATABASE": database.name}


@pytest.fixture
async def ada(context: Context) -> Member:
    """Bought for 40 dollars."""
    (ada,) = await enrol(context, "Ada")
    await buy(context, ada, "40.00", id="o1", at=SATURDAY)
    return ada


@pytest.fixture
def basket(tmp_path: Path) -> Path:
    """Six apples, on that Saturday."""
    file = tmp_path / "basket.json"
    line = {"sku": "apples", "category": "PRODUCE", "quantity": 6, "amount": "12.00"}
    file.write_text(json.dumps({"type": "purchase", "occurredAt": SATURDAY.isoformat(), "lines": [line]}))
    return file


class TestExplain:
    def test_as_a_table(self, servers: dict[str, str], ada: Member) -> None:
        told = regulars("event", "explain", "shop", "o1", **servers)
        assert (told.returncode, told.stderr) == (0, "")
        lines = told.stdout.splitlines()
        assert lines[0] == "shop/o1  purchase  2026-06-13 11:00  by version 1, Bronze"
        assert lines[2:4] == [
            "       +40  spend  A point for every dollar",
            "              40.00 USD at 1 point for each 1.00: 40",
        ]
        assert "         –  web-double  Web shop, double points" in lines
        assert '              CONDITION: needs event.channel == "web": event.channel is ""' in lines
        assert lines[-1] == f"Entries: {ada.id}/1. Times are in America/New_York."

    def test_as_json_with_the_rules_for_other_events(self, servers: dict[str, str], ada: Member) -> None:
        told = json.loads(regulars("event", "explain", "shop", "o1", "--others", "--json", **servers).stdout)
        assert (told["eventId"], told["tier"], told["entries"]) == (
            "o1",
            "bronze",
            [{"member": ada.id, "sequence": 1}],
        )
        rules = {rule["rule"]: rule for rule in told["rules"]}
        assert (rules["spend"]["points"], rules["visit"]["reason"]) == (40, "EVENT_TYPE")

    def test_what_was_never_recorded(self, servers: dict[str, str], ada: Member) -> None:
        told = regulars("event", "explain", "shop", "o2", **servers)
        assert (told.returncode, told.stdout) == (1, "")
        assert "No event 'o2' of the source 'shop' was ever recorded." in told.stderr


class TestTry:
    async def test_for_a_member_and_nothing_is_written(
        self, servers: dict[str, str], database: Database, ada: Member, basket: Path
    ) -> None:
        async with unchanged(database):
            told = regulars("event", "try", str(basket), "--member", "crm-ada", **servers)
        assert (told.returncode, told.stderr) == (0, "")
        lines = told.stdout.splitlines()
        assert lines[0] == "It would give 44 POINTS."
        assert "            challenge:five-a-week  Five a week: 0 → 5 of 5, reached" in lines
        assert lines[-1] == "Tier: Bronze. Nothing was written."

    def test_for_somebody_new_as_json(self, servers: dict[str, str], ada: Member, basket: Path) -> None:
        told = json.loads(regulars("event", "try", str(basket), "--json", **servers).stdout)
        assert told["points"] == [{"currency": "POINTS", "points": 44}]
        assert [one["challenge"] for one in told["challenges"]] == ["five-a-week", "fresh-year"]

    def test_what_is_no_event_says_what_is_wrong(
        self, servers: dict[str, str], ada: Member, tmp_path: Path
    ) -> None:
        file = tmp_path / "event.json"
        for content, reason in (
            ("[1]", "must hold one event as a JSON object"),
            ("{", "is no JSON"),
            ("{}", "The field must be given. (type)"),
            ('{"member": {"externalId": "crm-ada"}}', "leave `member` out of it, and say --member who it is."),
            ('{"type": "refund"}', "A refund earns nothing: try what is bought. (type)"),
        ):
            file.write_text(content)
            told = regulars("event", "try", str(file), **servers)
            assert (told.returncode, told.stdout) == (1, "")
            assert reason in told.stderr
        missing = regulars("event", "try", str(tmp_path / "none.json"), **servers)
        assert missing.returncode == 1
        assert "No such file" in missing.stderr
