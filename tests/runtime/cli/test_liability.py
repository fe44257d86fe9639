"""`regulars liability`, as a process of its own."""

import csv
import json

from mongo.client import Database
from services.context import Context
from tests.support.command_line import regulars
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.working import post


class TestLiability:
    async def test_the_same_figures_in_every_form(
        self, context: Context, database: Database, mongo_uri: str, redis_url: str
    ) -> None:
        servers = {"MONGODB_URI": mongo_uri, "REDIS_URL": redis_url, "MONGODB_DATABASE": database.name}
        await context.members.insert_many([a_member()])
        await post(context, a_member().id, earning(210))
        early = regulars("liability", **servers)
        assert (early.returncode, early.stdout) == (1, "")
        assert "`regulars rebuild accounts` does it" in early.stderr
        assert regulars("rebuild", "accounts", **servers).stdout == "accounts: 1 written.\n"

        table = regulars("liability", **servers)
        plain = regulars("liability", "--json", **servers)
        rows = regulars("liability", "--csv", "--currency", "POINTS", **servers)

        assert table.stderr == "No worker has followed the ledger yet: this is as of the last rebuild.\n"
        (found,) = json.loads(plain.stdout)
        assert (found["issued"], found["earned"], found["currency"]) == (210, 210, "POINTS")
        assert found["outstanding"] + found["expired"] == 210
        told = {row["figure"]: int(row["points"]) for row in csv.DictReader(rows.stdout.splitlines())}
        assert told["outstanding"] == found["outstanding"]
        assert "\nissued                               210\n" in table.stdout

    def test_what_cannot_be_shown_is_said(self) -> None:
        both = regulars("liability", "--json", "--csv")
        assert (both.returncode, both.stdout) == (2, "")
        assert "choose one of --json and --csv" in both.stderr
