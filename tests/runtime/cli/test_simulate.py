"""`regulars program simulate`, as a process of its own over real servers."""

import json
from dataclasses import replace
from pathlib import Path

from domain.program.versions import content_hash
from domain.simulation.enough import is_enough
from mongo.client import Database
from runtime.simulating_telling import tell
from services.context import Context
from services.program.dump import dump_program
from services.simulation.simulate_program import Wish, simulate_program
from tests.support.command_line import regulars
from tests.support.drafts import saved
from tests.support.house import NOON, the_programme
from tests.support.people import buy, enrol

SPRING = replace(the_programme(), name="Spring")


class TestSimulate:
    async def test_it_is_told_and_kept_and_safe_to_run_twice(
        self, context: Context, database: Database, mongo_uri: str, redis_url: str, tmp_path: Path
    ) -> None:
        servers = {"MONGODB_URI": mongo_uri, "REDIS_URL": redis_url, "MONGODB_DATABASE": database.name}
        (ada,) = await enrol(context, "Ada")
        await buy(context, ada, "12.50", id="o1", at=NOON.replace(day=1))
        file = tmp_path / "spring.yaml"
        file.write_text(dump_program(SPRING))
        first = regulars("program", "simulate", str(file), "--json", "--by", "kim", **servers)
        assert (first.returncode, first.stderr.split(":")[0]) == (0, "Simulating"), first.stderr
        assert json.loads(first.stdout)["events"] == 1
        again = regulars("program", "simulate", str(file), "--from", "2026-06-01", **servers)
        assert again.returncode == 0, again.stderr
        assert "1 of 1 members" in again.stdout
        looked = await context.simulations.done_since(content_hash(SPRING), 1, NOON)
        assert [is_enough(one) for one in looked] == [True, True]

    async def test_what_cannot_be_simulated_is_said_in_a_line(
        self, context: Context, database: Database, mongo_uri: str, redis_url: str
    ) -> None:
        servers = {"MONGODB_URI": mongo_uri, "REDIS_URL": redis_url, "MONGODB_DATABASE": database.name}
        draft = await saved(context, SPRING)
        for words, said in (
            (("none",), "There is no draft none"),
            ((draft.id, "--sample", "0"), "A sample is more than 0"),
            ((draft.id, "--sample", "few"), "--sample takes a number of percent"),
            ((draft.id, "--to", "soon"), "--to takes a day"),
        ):
            done = regulars("program", "simulate", "--draft", *words, **servers)
            assert done.returncode == 2
            assert said in done.stderr
        assert await database["simulations"].count_documents({}) == 0

    def test_it_needs_a_file_or_a_draft(self) -> None:
        assert regulars("program", "simulate").returncode == 2


async def test_a_report_of_nothing_is_told_without_tables(context: Context) -> None:
    told = tell(await simulate_program(context, SPRING, Wish()))
    assert "over the same events: 0 of 0 members." in told
    assert "Points by rule" not in told
