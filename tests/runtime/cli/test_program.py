"""The programme at a terminal, each command as a process: what it prints, where, and its exit code."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo import MongoClient

from domain.program.program import Program
from domain.program.versions import content_hash
from runtime.cli.program import app
from services.program.load_program import load_program
from tests.support.command_line import explained, regulars

DEMO = "demo/programme.yaml"
TWO = ("--by", "kim", "--approved-by", "lee")


@pytest.fixture(scope="module")
def servers(mongo_uri: str, redis_url: str) -> Iterator[dict[str, str]]:
    """Variables that name real servers and a database of this file's own, with the demo programme in force."""
    name = f"test_{secrets.token_hex(8)}"
    variables = {"MONGODB_URI": mongo_uri, "REDIS_URL": redis_url, "MONGODB_DATABASE": name}
    assert regulars("migrate", **variables).returncode == 0
    told = regulars("program", "publish", DEMO, **variables)
    assert told.stdout == "Corner Market Regulars: version 1 is in force.\n", told.stderr
    yield variables
    with MongoClient[dict[str, object]](mongo_uri) as client:
        client.drop_database(name)


def changed(folder: Path, **texts: str) -> Path:
    """The demo's file with some of its texts changed."""
    file = folder / f"{secrets.token_hex(4)}.yaml"
    source = Path(DEMO).read_text()
    for before, after in {"Corner Market Regulars": texts.pop("name"), **texts}.items():
        source = source.replace(before, after)
    file.write_text(source)
    return file


def simulate(servers: dict[str, str], file: Path, against: int) -> None:
    """As if it had been."""
    program = load_program(file)
    assert isinstance(program, Program)
    done = {"hash": content_hash(program), "against": against, "state": "DONE", "percent": "100"}
    done |= dict.fromkeys(("startedAt", "finishedAt"), datetime.now(UTC))
    with MongoClient[dict[str, object]](servers["MONGODB_URI"]) as client:
        client[servers["MONGODB_DATABASE"]]["simulations"].insert_one({"_id": secrets.token_hex(4), **done})


def versions(servers: dict[str, str]) -> list[str]:
    return regulars("program", "versions", **servers).stdout.splitlines()


class TestHelp:
    @pytest.mark.parametrize(
        "command", [str(one.name or one.callback.__name__) for one in app.registered_commands if one.callback]
    )
    def test_every_command_explains_itself_with_examples(self, command: str) -> None:
        assert f"regulars program {command}" in explained("program", command).partition("Examples:")[2]


class TestPublish:
    def test_the_same_again_is_the_same_version(self, servers: dict[str, str]) -> None:
        told = regulars("program", "publish", DEMO, **servers)
        assert (told.returncode, told.stdout) == (0, "Corner Market Regulars: version 1 is in force.\n")

    def test_a_later_one_says_what_it_lacks_and_then_is_published(
        self, servers: dict[str, str], tmp_path: Path
    ) -> None:
        file = changed(tmp_path, name="Spring Regulars")
        before = versions(servers)
        alone = regulars("program", "publish", str(file), **servers)
        assert alone.returncode == 1
        assert "needs two different people: --by NAME and --approved-by OTHER" in alone.stderr
        number = int(before[0].split()[0])
        bare = regulars("program", "publish", str(file), *TWO, **servers)
        assert bare.returncode == 1
        assert bare.stderr == (
            f"regulars: It has not been simulated against version {number}, which is in force, within the last 24 "
            "hours: do that first, of every member, over the last 28 days or more. "
            f"`regulars program simulate {file}`, or give a reason why not: "
            "--without-simulation REASON.\n"
        )
        assert versions(servers) == before
        simulate(servers, file, against=number)
        told = regulars("program", "publish", str(file), *TWO, **servers)
        assert (told.returncode, told.stdout) == (0, f"Spring Regulars: version {number + 1} is in force.\n")
        first = versions(servers)[0]
        assert first.split()[:3] == [str(number + 1), "in", "force"]
        assert first.endswith("by kim, approved by lee")

    def test_without_a_simulation_the_reason_is_shown_for_good_and_a_day_is_the_programmes(
        self, servers: dict[str, str], tmp_path: Path
    ) -> None:
        file = changed(tmp_path, name="Later Regulars")
        when = ("--from", f"{datetime.now(UTC).year + 1}-01-15")
        told = regulars("program", "publish", str(file), *TWO, *when, "--without-simulation", "No time", **servers)
        assert told.returncode == 0, told.stderr
        assert f"will be in force from {when[1]}T05:00:00.000Z." in told.stdout
        scheduled, reason, *_ = versions(servers)
        assert scheduled.split()[1:4] == ["scheduled", "from", f"{when[1]}T05:00:00.000Z"]
        assert reason.strip() == "without a simulation: No time"
        for wrong in ("soon", "2020-01-01"):
            other = changed(tmp_path, name="Other Regulars")
            refused = regulars("program", "publish", str(other), *TWO, "--from", wrong, **servers)
            assert refused.returncode == 1
            assert "Traceback" not in refused.stderr


class TestDraft:
    def test_it_is_saved_listed_and_shown(self, servers: dict[str, str], tmp_path: Path) -> None:
        file = changed(tmp_path, name="Draft Regulars")
        nameless = regulars("program", "draft", str(file), **servers)
        assert nameless.returncode == 2
        assert "saving a draft takes --by NAME and --note TEXT" in " ".join(nameless.stderr.split())
        told = regulars("program", "draft", str(file), "--by", "kim", "--note", "Spring", **servers)
        assert told.stdout.startswith("Saved as revision 1 of the draft "), told.stderr
        id = told.stdout.split()[-1]
        listed = regulars("program", "draft", **servers).stdout
        assert f"{id}  validated  revision 1 of " in listed
        shown = regulars("program", "show", "--draft", id, **servers)
        assert shown.returncode == 0
        again = tmp_path / "again.yaml"
        again.write_text(shown.stdout)
        assert load_program(again) == load_program(file)
        stale = regulars(
            "program",
            "draft",
            str(file),
            "--by",
            "lee",
            "--note",
            "n",
            "--draft",
            id,
            "--revision",
            "7",
            **servers,
        )
        assert (stale.returncode, stale.stdout) == (1, "")
        assert "has revision 1 by now" in stale.stderr

    def test_one_with_problems_is_told_with_its_lines(self, servers: dict[str, str], tmp_path: Path) -> None:
        file = changed(tmp_path, name="x", **{"money: USD": "money: EUR"})
        told = regulars("program", "draft", str(file), "--by", "kim", "--note", "n", **servers)
        assert (told.returncode, told.stdout) == (1, "")
        line = file.read_text().splitlines().index("money: EUR") + 1
        assert f"{file}:{line}: money: must stay USD: what members spent is counted in it" in told.stderr


class TestShow:
    def test_a_version_reads_back(self, servers: dict[str, str], tmp_path: Path) -> None:
        shown = regulars("program", "show", "--version", "1", **servers)
        file = tmp_path / "shown.yaml"
        file.write_text(shown.stdout)
        assert load_program(file) == load_program(DEMO)

    @pytest.mark.parametrize(
        ("arguments", "code", "message"),
        [
            (("--version", "99"), 1, "There is no version 99: `regulars program versions` lists them all."),
            (("--draft", "x"), 1, "There is no draft x: `regulars program draft` lists them all."),
            (("--draft", "x", "--version", "1"), 2, "choose one of --version and --draft"),
        ],
    )
    def test_what_is_not_there(
        self, servers: dict[str, str], arguments: tuple[str, ...], code: int, message: str
    ) -> None:
        told = regulars("program", "show", *arguments, **servers)
        assert (told.returncode, told.stdout) == (code, "")
        assert message in " ".join(told.stderr.split())


class TestCheck:
    def test_a_mistake_in_an_expression_has_line_column_and_caret(self, tmp_path: Path) -> None:
        file = tmp_path / "p.yaml"
        file.write_text(Path(DEMO).read_text().replace("counters.seafood == 0", "counters.seafod == 0"))
        told = regulars("program", "check", str(file))
        assert told.returncode == 1
        lines = told.stderr.splitlines()
        place = next(index for index, line in enumerate(lines) if "seafod" in line)
        assert "].when: " in lines[place]
        assert "(column " in lines[place]
        assert lines[place + 2].strip() == "^"
