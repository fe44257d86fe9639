"""`regulars liability`, as a process of its own."""

import csv
import json
from pathlib import Path

from tests.runtime.cli.test_commands import servers, write_baskets
from tests.support.command_line import regulars

__all__ = ["servers"]


class TestLiability:
    def test_the_same_figures_in_every_form(self, servers: dict[str, str], tmp_path: Path) -> None:
        file = tmp_path / "baskets.ndjson"
        write_baskets(file, 30)
        for words in (["migrate"], ["program", "publish", "demo/programme.yaml"], ["import", str(file)]):
            assert regulars(*words, **servers).returncode == 0
        early = regulars("liability", **servers)
        assert (early.returncode, early.stdout) == (1, "")
        assert "`regulars rebuild accounts` does it" in early.stderr
        assert regulars("rebuild", "accounts", **servers).stdout == "accounts: 5 written.\n"

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

    def test_what_cannot_be_shown_is_said(self, servers: dict[str, str]) -> None:
        both = regulars("liability", "--json", "--csv", **servers)
        assert (both.returncode, both.stdout) == (2, "")
        assert "choose one of --json and --csv" in both.stderr
