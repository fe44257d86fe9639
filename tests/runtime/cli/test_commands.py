"""The other commands, each as a process: what it prints, where, and its exit code."""

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from mongo.migrate import REVISION
from runtime.cli.app import app
from runtime.embedded.ports import LOOPBACK, free_port
from tests.support.command_line import explained, regulars

COMMANDS = sorted(str(command.name) for command in app.registered_commands)


@pytest.fixture
def servers(mongo_uri: str, redis_url: str) -> Iterator[dict[str, str]]:
    """Variables that name real servers and a database of this test's own, empty."""
    name = f"test_{secrets.token_hex(8)}"
    yield {"MONGODB_URI": mongo_uri, "REDIS_URL": redis_url, "MONGODB_DATABASE": name}
    with MongoClient[dict[str, object]](mongo_uri) as client:
        client.drop_database(name)


def write_baskets(path: Path, count: int) -> None:
    rows = [
        {"basket": str(n), "household": str(n % 5), "store": "1", "at": "2026-01-01T10:00:00Z"}
        | {"lines": [["s", "BAKERY", "BREAD", "National", 1, 2.5, 0.0]]}
        for n in range(count)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


class TestHelp:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_explains_itself_with_examples(self, command: str) -> None:
        assert f"regulars {command}" in explained(command).partition("Examples:")[2]


class TestFromAnEmptyDatabase:
    def test_migrate_publish_import_verify_and_all_of_it_again(
        self, servers: dict[str, str], tmp_path: Path
    ) -> None:
        file = tmp_path / "baskets.ndjson"
        write_baskets(file, 30)
        early = regulars("import", str(file), **servers)
        assert (early.returncode, early.stdout) == (1, "")
        assert "run `regulars migrate` first" in early.stderr
        assert regulars("migrate", **servers).stdout.startswith(f"Revision {REVISION}: made ")
        published = regulars("program", "publish", "demo/programme.yaml", **servers)
        assert published.stdout == "Corner Market Regulars: version 1 is in force.\n"
        first = regulars("import", str(file), "--processes", "2", **servers)
        assert (first.returncode, first.stdout.splitlines()) == (
            0,
            ["30 rows", "  30 taken", "  5 members enrolled on the way", "  0 already there", "  0 rejected"],
        )
        file.write_text(file.read_text() + "{\n")
        again = regulars("import", str(file), **servers)
        assert again.returncode == 1
        assert again.stdout.splitlines()[1:3] == ["  0 taken", "  30 already there"]
        assert [json.loads(row)["line"] for row in Path(f"{file}.rejects.ndjson").read_text().splitlines()] == [31]
        verified = regulars("verify", **servers)
        assert verified.returncode == 0
        assert "✓ POINTS: entries 210, balances 210, lots 210" in verified.stdout
        with MongoClient[dict[str, object]](servers["MONGODB_URI"]) as client:
            entries = client[servers["MONGODB_DATABASE"]]["entries"]
            entries.update_one({"seq": 2}, {"$inc": {"points": 1}})
        broken = regulars("verify", **servers)
        assert broken.returncode == 1
        assert "its content is not what its hash was made of" in broken.stdout

    def test_doctor_says_what_is_missing(self, servers: dict[str, str]) -> None:
        told = regulars("doctor", **servers)
        assert told.returncode == 1
        name = servers["MONGODB_DATABASE"]
        assert told.stdout.splitlines()[1:3] == [
            f"✗ The database {name} has revision 0, this build needs {REVISION}: run `regulars migrate`.",
            "✗ No programme is published: run `regulars program publish FILE`, or `regulars demo`.",
        ]

    def test_the_demo_is_not_for_production(self, servers: dict[str, str]) -> None:
        identity = {"JWKS": "https://id.example/keys", "JWT_ISSUER": "i", "JWT_AUDIENCE": "a"}
        told = regulars("demo", **servers, **identity, ENVIRONMENT="production")
        assert told.returncode == 1
        assert told.stderr.strip().endswith("would stay in a production ledger for ever: nothing was done.")

    def test_doctor_without_servers(self) -> None:
        nowhere = free_port()
        uri = f"mongodb://{LOOPBACK}:{nowhere}/?serverSelectionTimeoutMS=200"
        told = regulars("doctor", MONGODB_URI=uri, REDIS_URL=f"redis://{LOOPBACK}:{nowhere}")
        assert told.returncode == 1
        assert [line[:1] for line in told.stdout.splitlines()] == ["✗", "✗", "✓", "✓"]

    def test_the_public_key_of_web_push_is_printed_and_stays_the_same(self, tmp_path: Path) -> None:
        subject = {"WEB_PUSH_SUBJECT": "mailto:push@shop.example", "DATA_DIR": str(tmp_path)}
        first, second = regulars("webpush-key", **subject), regulars("webpush-key", **subject)
        assert first.returncode == 0
        assert re.fullmatch(r"B[A-Za-z0-9_-]{86}\n", first.stdout)
        assert second.stdout == first.stdout
        assert (tmp_path / "web-push-key.pem").stat().st_mode & 0o777 == 0o600
        none = regulars("webpush-key")
        assert none.returncode == 1
        assert none.stderr.startswith("regulars: Web Push is not set up: set WEB_PUSH_SUBJECT")


class TestOneLineErrors:
    @pytest.mark.parametrize(
        ("arguments", "variables", "code", "message"),
        [
            (("token", "member"), {}, 1, "regulars: Nothing runs on "),
            (
                ("token", "agent"),
                {"JWKS": "k.json", "JWT_ISSUER": "i", "JWT_AUDIENCE": "a"},
                1,
                "The development key",
            ),
            (("token", "agent", "--ttl", "soon"), {}, 2, "a time is a number and a unit"),
            (("token", "agent", "--member", "x"), {}, 2, "goes with the role member"),
            (("token", "king"), {}, 2, "'king' is not one of"),
            (("serve",), {}, 1, "regulars: Nothing runs on "),
            (("worker",), {"PORT": "web"}, 1, "regulars: The environment variable PORT must be"),
            (("import", "no-such-file.csv"), {}, 1, "regulars: no-such-file.csv: No such file or directory"),
            (("program", "check", "pyproject.toml"), {}, 1, "pyproject.toml:"),
            (("rebuild", "everything"), {}, 1, "regulars: There is no projection everything: there are accounts"),
            (("rebuild", "inbox"), {}, 1, "regulars: The inbox holds what members have read"),
            (
                ("migrate",),
                {"MONGODB_URI": "mongodb://host:port/", "REDIS_URL": "redis://127.0.0.1:1"},
                1,
                "regulars: MONGODB_URI is no address that can be used",
            ),
            (("fly",), {}, 2, "No such command"),
        ],
    )
    def test_say_what_to_do(
        self, arguments: tuple[str, ...], variables: dict[str, str], code: int, message: str, tmp_path: Path
    ) -> None:
        done = regulars(*arguments, **({"DATA_DIR": str(tmp_path)} | variables))
        assert (done.returncode, done.stdout) == (code, "")
        assert message in done.stderr
        assert "Traceback" not in done.stderr
        assert list(tmp_path.iterdir()) == []


class TestToken:
    def test_is_alone_on_the_last_line(self, tmp_path: Path) -> None:
        done = regulars("token", "agent", "--subject", "agent-kim", DATA_DIR=str(tmp_path))
        assert done.returncode == 0
        assert done.stdout.count(".") == 2
        assert done.stdout.strip() == done.stdout.splitlines()[-1]


class TestSchema:
    def test_prints_the_schema(self) -> None:
        assert "type Query {" in regulars("schema").stdout
