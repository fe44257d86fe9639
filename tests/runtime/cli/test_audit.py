"""verify, root and receipt as processes: what they print, where, and their exit codes."""

import asyncio
import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from cache.client import connect as connect_cache
from mongo.client import connect, open_database
from mongo.migrate import migrate
from resolvers.ids import global_id
from runtime.wiring import build_context
from services.ledger.verify_report import Report, report_to_plain
from tests.support.command_line import regulars
from tests.support.roots import fill, post

IDENTITY = {"JWKS": "https://id.example/keys", "JWT_ISSUER": "i", "JWT_AUDIENCE": "a"}


class House:
    """A database with two members of four entries each, and a data directory."""

    def __init__(self, variables: dict[str, str], entries: Any) -> None:
        self.variables = variables
        self.entries = entries

    def __call__(self, *words: str, **more: str) -> Any:
        return regulars(*words, **self.variables, **more)

    def post(self, member: str, key: str) -> None:
        asyncio.run(_posted(self.variables, member, key))


async def _posted(variables: dict[str, str], member: str | None = None, key: str = "") -> None:
    client = connect(variables["MONGODB_URI"])
    cache = await connect_cache(variables["REDIS_URL"])
    database = open_database(client, variables["MONGODB_DATABASE"])
    await migrate(database)
    context = build_context(database, cache)
    if member:
        await post(context, member, 5, key)
    else:
        await fill(context, "m1", "m2")
    await context.poster.close()
    await context.signals.aclose()
    await cache.aclose()
    client.close()


def _moment() -> datetime:
    return datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.fixture
def house(mongo_uri: str, redis_url: str, tmp_path: Path) -> Iterator[House]:
    name = f"test_{secrets.token_hex(8)}"
    variables = {"MONGODB_URI": mongo_uri, "REDIS_URL": redis_url, "MONGODB_DATABASE": name}
    asyncio.run(_posted(variables))
    with MongoClient[dict[str, object]](mongo_uri) as client:
        yield House(variables | {"DATA_DIR": str(tmp_path)}, client[name]["entries"])
        client.drop_database(name)


class TestVerify:
    def test_says_what_it_has_read_and_what_it_is_compared_with(self, house: House) -> None:
        before = house("verify")
        assert (before.returncode, before.stdout.splitlines()) == (
            0,
            [
                "8 entries of 2 members",
                "✓ POINTS: entries 154, balances 154, lots 154",
                "  254 came in: 154 available, 0 waiting, 0 held, 100 went out",
                "– no signed root: nothing outside of the database speaks for it (`regulars root`)",
                "Every law holds.",
            ],
        )
        assert house("root").returncode == 0
        after = house("verify", "--json", "--since", "2026-01-01")
        assert after.returncode == 0
        told = json.loads(after.stdout)
        assert told.pop("seconds") > 0
        assert told == {
            "sound": True,
            "entries": 8,
            "members": 2,
            "behind": 0,
            "since": "2026-01-01T00:00:00.000Z",
            "currencies": {
                "POINTS": {"entries": 154, "lots": 154, "came": 254, "went": 100, "waiting": 0, "held": 0}
                | {"balances": 154, "agree": True}
            },
            "violations": [],
            "unchecked": [],
            "moreViolations": 0,
            "roots": {"count": 1, "newest": told["roots"]["newest"], "unchecked": 0, "compared": True},
            "resumed": None,
            "ranges": 1,
            "processes": 1,
        }

    def test_a_chain_that_was_cut_off_is_1_and_a_server_that_is_away_2(self, house: House) -> None:
        assert house("root").returncode == 0
        house.entries.delete_many({"member": "m2", "seq": {"$gt": 2}})
        told = house("verify", "--most", "1")
        assert told.returncode == 1
        assert told.stdout.splitlines()[-3].startswith("✗ m2: the root of 20")
        assert told.stdout.splitlines()[-2:] == ["✗ and 1 more", "Not every law holds."]
        nowhere = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"
        away = regulars("verify", MONGODB_URI=nowhere, REDIS_URL="redis://127.0.0.1:1")
        assert (away.returncode, away.stdout) == (2, "")
        assert "MongoDB does not answer" in away.stderr

    def test_a_time_that_lies_ahead_is_refused_rather_than_all_found_well(self, house: House) -> None:
        told = house("verify", "--since", "2999-01-01")
        assert (told.returncode, told.stdout) == (2, "")
        assert "--since lies ahead" in told.stderr

    def test_processes_share_it_and_one_that_was_stopped_goes_on(self, house: House) -> None:
        runs = house.entries.database["verifications"]
        runs.insert_one({"_id": "all", "token": "t", "startedAt": _moment(), "ranges": 32, "listed": False})
        report = Report(entries=1, members=1)
        report.refuse("m3", 4, "it was found before")
        runs.insert_one({"_id": "all/t/3", "index": 3, "report": report_to_plain(report)})
        told = house("verify", "--processes", "2")
        assert told.returncode == 1
        lines = told.stdout.splitlines()
        assert lines[:2] == [
            "Went on with the run of 2026-11-01 10:00 UTC, which had done 1 of 32 ranges; --fresh starts over.",
            "9 entries of 3 members",
        ]
        assert "✗ m3 entry 4: it was found before" in lines
        assert runs.count_documents({}) == 0
        runs.insert_one({"_id": "all", "token": "t", "startedAt": _moment(), "ranges": 32, "listed": False})
        assert house("verify", "--fresh").stdout.startswith("8 entries of 2 members\n")


class TestRoot:
    def test_signs_one_a_day_lists_and_checks_it(self, house: House, tmp_path: Path) -> None:
        assert house("root", "--list").stdout == f"No root is in {tmp_path / 'roots'}.\n"
        first = house("root")
        house.post("m1", "client:9")
        again = house("root")
        assert (first.returncode, again.returncode) == (0, 0)
        assert first.stdout.splitlines()[0] == again.stdout.splitlines()[0]
        (file,) = (tmp_path / "roots").glob("*.json")
        assert first.stdout.splitlines()[1] == f"Signed: {file}"
        assert again.stdout.splitlines()[1] == f"Stood already: {file}"
        assert "8 entries of 2 members" in first.stdout
        production = house("root", ENVIRONMENT="production", **IDENTITY)
        assert production.returncode == 2
        assert production.stderr.startswith("regulars: ROOT_KEY is not set, so no root is signed")
        listed = house("root", "--list")
        assert listed.stdout.splitlines()[:2] == [first.stdout.splitlines()[0], "✓ signed by its key"]

    def test_checks_a_file_alone_with_a_key_that_is_known(self, house: House, tmp_path: Path) -> None:
        house("root")
        (file,) = (tmp_path / "roots").glob("*.json")
        (key,) = (tmp_path / "roots").glob("*.public.pem")
        copy = tmp_path / "copy" / "root.json"
        copy.parent.mkdir()
        copy.write_text(file.read_text())
        elsewhere = {"DATA_DIR": str(copy.parent)}
        assert regulars("root", "--verify", str(copy), "--key", str(key), **elsewhere).returncode == 0
        unknown = regulars("root", "--verify", str(copy), **elsewhere)
        assert unknown.returncode == 1
        assert unknown.stdout.splitlines()[1] == "✗ 1 signed by a key that is not known here: name it by --key"
        copy.write_text(file.read_text().replace('"members": 2', '"members": 3'))
        changed = regulars("root", "--verify", str(copy), "--key", str(key), **elsewhere)
        assert changed.returncode == 1
        assert "✗ its signature is not that of its key over what it says" in changed.stdout
        missing = regulars("root", "--verify", "none.json", **elsewhere)
        assert (missing.returncode, missing.stderr) == (2, "regulars: none.json: No such file or directory\n")


class TestReceipt:
    def test_proves_an_entry_to_someone_who_has_only_the_key(self, house: House, tmp_path: Path) -> None:
        house("root")
        made = house("receipt", str(global_id("Entry", "m2", 2)))
        assert made.returncode == 0
        assert made.stderr.startswith("Proved by the root of 20")
        file, elsewhere = tmp_path / "receipt.json", {"DATA_DIR": str(tmp_path / "nothing")}
        file.write_text(made.stdout)
        (key,) = (tmp_path / "roots").glob("*.public.pem")
        checked = regulars("receipt", "--check", str(file), "--key", str(key), **elsewhere)
        assert checked.returncode == 0
        assert checked.stdout.startswith("✓ entry 2 of member m2 is proved by the root of 20")
        assert json.loads(checked.stdout.splitlines()[2])["points"] == 20
        unknown = regulars("receipt", "--check", str(file), **elsewhere)
        assert (unknown.returncode, unknown.stdout) == (2, "")
        assert "which is not known here: name it by --key" in unknown.stderr
        file.write_text(made.stdout.replace('\\"points\\":20', '\\"points\\":2000'))
        tampered = regulars("receipt", "--check", str(file), "--key", str(key), **elsewhere)
        assert tampered.returncode == 1
        assert tampered.stdout.splitlines() == ["✗ entry 3 does not follow entry 2 as it stands here"]

    def test_what_is_newer_than_the_root_is_3(self, house: House, tmp_path: Path) -> None:
        house("root")
        house.post("m2", "client:9")
        made = house("receipt", "m2/5")
        assert made.returncode == 3
        assert made.stderr.startswith("Not signed yet: no root covers it")
        nothing = house("receipt", "m1/9")
        told = (nothing.returncode, nothing.stdout, nothing.stderr)
        assert told == (2, "", "regulars: Member m1 has no entry 9.\n")
        file = tmp_path / "receipt.json"
        file.write_text(made.stdout)
        checked = house("receipt", "--check", str(file))
        assert checked.returncode == 3
        assert checked.stdout.startswith("– entry 5 of member m2 is chained to entry 5. Not signed yet")

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("m1/1", "--check", "x"), "name an entry, or a receipt by --check: one of them"),
            (("m1/0",), "it is neither the global id of an entry nor MEMBER/SEQ"),
            (("--check", "pyproject.toml"), "pyproject.toml cannot be read as a receipt"),
        ],
    )
    def test_what_it_cannot_take_is_2(self, words: tuple[str, ...], message: str, tmp_path: Path) -> None:
        told = regulars("receipt", *words, DATA_DIR=str(tmp_path))
        assert (told.returncode, told.stdout) == (2, "")
        assert message in told.stderr
