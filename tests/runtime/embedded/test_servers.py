import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import redis
from pymongo import MongoClient

from runtime.embedded.ports import LOOPBACK
from runtime.embedded.process import EmbeddedServerError
from runtime.embedded.servers import EmbeddedServers
from tests.support.command_line import is_alive, parent_of
from tests.support.eventually import eventually


def notes(servers: EmbeddedServers) -> list[str]:
    with MongoClient[dict[str, Any]](servers.mongodb_uri) as client:
        return [note["text"] for note in client.test.notes.find(sort=[("_id", 1)])]


def write(servers: EmbeddedServers, text: str) -> None:
    with MongoClient[dict[str, Any]](servers.mongodb_uri, w="majority", journal=True) as client:
        client.test.notes.insert_one({"text": text})


def runs(pid: int) -> bool:
    """Whether the process is there; the guard has always reaped a server that is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def web_server(port: int) -> Iterator[None]:
    """Something else that has come to listen on the port; it hangs up on what it does not understand."""
    with ThreadingHTTPServer((LOOPBACK, port), BaseHTTPRequestHandler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[EmbeddedServers]:
    with EmbeddedServers(tmp_path) as servers:
        yield servers


class TestStart:
    def test_mongodb_is_a_journaled_replica_set_that_takes_transactions(self, servers: EmbeddedServers) -> None:
        with (
            MongoClient[dict[str, Any]](servers.mongodb_uri) as client,
            client.start_session() as session,
            session.start_transaction(),
        ):
            client.test.notes.insert_one({"text": "kept"}, session=session)
        assert notes(servers) == ["kept"]
        with MongoClient[dict[str, Any]](servers.mongodb_uri) as client:
            options = client.admin.command("getCmdLineOpts")["parsed"]
            status = client.admin.command("serverStatus")
        assert options["net"]["bindIp"] == LOOPBACK
        assert options["net"]["unixDomainSocket"] == {"enabled": False}
        assert status["storageEngine"]["name"] == "wiredTiger"
        assert status["storageEngine"]["persistent"] is True
        assert status["wiredTiger"]["cache"]["maximum bytes configured"] == 1024**3

    def test_valkey_answers_on_the_loopback_address_only_and_keeps_nothing(self, servers: EmbeddedServers) -> None:
        with redis.Redis.from_url(servers.redis_url) as client:
            assert client.ping() is True
            assert client.config_get("bind") == {"bind": LOOPBACK}
            assert client.config_get("save") == {"save": ""}
            assert client.config_get("appendonly") == {"appendonly": "no"}

    def test_a_side_left_out_is_not_started(self, tmp_path: Path) -> None:
        with EmbeddedServers(tmp_path, mongodb=False) as servers:
            assert servers.redis_url.startswith("redis://127.0.0.1:")
            assert servers.mongod is None
            with pytest.raises(RuntimeError, match="MongoDB was not asked for"):
                _ = servers.mongodb_uri
        assert not (tmp_path / "mongodb").exists()

    def test_a_second_one_over_the_same_directory_is_refused_and_harms_nothing(
        self, servers: EmbeddedServers, tmp_path: Path
    ) -> None:
        second = EmbeddedServers(tmp_path, patience=0)
        with pytest.raises(EmbeddedServerError, match="Another Regulars is running"), second:
            pass
        write(servers, "still there")
        assert notes(servers) == ["still there"]

    def test_a_server_that_cannot_run_is_reported_with_what_to_do_and_leaves_nothing_behind(
        self, tmp_path: Path
    ) -> None:
        data = tmp_path / "mongodb"
        data.mkdir()
        (data / "WiredTiger").write_text("this is no database\n")
        (data / "storage.bson").write_bytes(b"\0\0\0\0")
        servers = EmbeddedServers(tmp_path)
        with pytest.raises(EmbeddedServerError, match="setting MONGODB_URI and REDIS_URL") as failure, servers:
            pass
        assert "mongod ended with code" in str(failure.value)
        assert str(tmp_path / "mongodb.log") in str(failure.value)
        assert servers.valkey is not None
        assert not runs(servers.valkey.pid)


class TestStop:
    def test_both_are_gone_after_the_block(self, tmp_path: Path) -> None:
        with EmbeddedServers(tmp_path) as servers:
            assert servers.mongod is not None
            assert servers.valkey is not None
            pids = [servers.mongod.pid, servers.valkey.pid]
            assert [runs(pid) for pid in pids] == [True, True]
        assert [runs(pid) for pid in pids] == [False, False]

    def test_mongod_shuts_down_in_order(self, tmp_path: Path) -> None:
        with EmbeddedServers(tmp_path, redis=False):
            pass
        assert '"exitCode":0' in (tmp_path / "mongodb.log").read_text()
        assert (tmp_path / "mongodb" / "mongod.lock").read_text() == ""

    def test_ctrl_c_in_the_terminal_does_not_reach_them(self, servers: EmbeddedServers) -> None:
        assert servers.mongod is not None
        assert servers.valkey is not None
        sessions = {os.getsid(pid) for pid in (servers.mongod.pid, servers.valkey.pid)}
        assert os.getsid(0) not in sessions

    def test_they_end_when_their_parent_is_killed_and_the_next_start_has_the_data(self, tmp_path: Path) -> None:
        parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert [runs(pid) for pid in pids] == [True, True]
        parent.kill()
        parent.wait()
        parent.stdout.close()
        with EmbeddedServers(tmp_path, patience=30) as servers:
            assert [runs(pid) for pid in pids] == [False, False]
            assert notes(servers) == ["of the killed parent"]


PARENT = """
import signal, sys
from pathlib import Path
from runtime.embedded.servers import EmbeddedServers
from tests.runtime.embedded.test_servers import write
with EmbeddedServers(Path(sys.argv[1])) as servers:
    write(servers, "of the killed parent")
    print(servers.mongod.pid, servers.valkey.pid, flush=True)
    signal.pause()
"""


class TestSecondStart:
    def test_data_and_port_are_kept(self, tmp_path: Path) -> None:
        with EmbeddedServers(tmp_path) as first:
            write(first, "kept")
        with EmbeddedServers(tmp_path) as second:
            assert notes(second) == ["kept"]
            assert second.mongodb_uri == first.mongodb_uri

    def test_a_killed_mongod_starts_again_with_all_that_was_acknowledged(self, tmp_path: Path) -> None:
        with EmbeddedServers(tmp_path) as first:
            write(first, "journaled")
            assert first.mongod is not None
            os.kill(first.mongod.pid, signal.SIGKILL)
        assert (tmp_path / "mongodb" / "mongod.lock").read_text() != ""
        with EmbeddedServers(tmp_path) as second:
            assert notes(second) == ["journaled"]

    def test_another_port_is_taken_when_the_last_one_is_in_use(self, tmp_path: Path) -> None:
        with EmbeddedServers(tmp_path) as first:
            write(first, "kept")
            assert first.mongod is not None
            port = first.mongod.port
        with web_server(port), EmbeddedServers(tmp_path) as second:
            assert second.mongod is not None
            assert second.mongod.port != port
            write(second, "moved")
            assert notes(second) == ["kept", "moved"]

    @pytest.mark.parametrize("content", ["not a port", "99999999"])
    def test_a_damaged_port_file_costs_no_data(self, tmp_path: Path, content: str) -> None:
        with EmbeddedServers(tmp_path, redis=False) as first:
            write(first, "kept")
        (tmp_path / "mongodb.port").write_text(content)
        with EmbeddedServers(tmp_path, redis=False) as second:
            assert notes(second) == ["kept"]
            assert second.mongod is not None
            assert (tmp_path / "mongodb.port").read_text() == f"{second.mongod.port}\n"


class TestRevive:
    async def test_what_was_killed_answers_again_at_its_address_with_its_data(
        self, servers: EmbeddedServers
    ) -> None:
        assert servers.mongod
        assert servers.valkey
        write(servers, "kept")
        addresses = servers.mongodb_uri, servers.redis_url
        dead = servers.mongod.pid, servers.valkey.pid
        for pid in dead:
            os.kill(pid, signal.SIGKILL)
        await eventually(lambda: not (servers.mongod.running or servers.valkey.running))

        assert servers.revive() == ["MongoDB", "Valkey"]
        assert servers.revive() == []

        assert (servers.mongodb_uri, servers.redis_url) == addresses
        write(servers, "more")
        assert notes(servers) == ["kept", "more"]
        with redis.Redis.from_url(servers.redis_url) as client:
            assert client.ping()

    async def test_a_server_whose_guard_was_killed_is_ended_before_another_takes_its_place(
        self, servers: EmbeddedServers
    ) -> None:
        assert servers.mongod
        assert servers.valkey
        write(servers, "kept")
        orphans = servers.mongod.pid, servers.valkey.pid
        for pid in orphans:
            os.kill(parent_of(pid), signal.SIGKILL)
        await eventually(lambda: not (servers.mongod.running or servers.valkey.running))

        assert servers.revive() == ["MongoDB", "Valkey"]

        assert not any(is_alive(pid) for pid in orphans)
        assert is_alive(servers.mongod.pid)
        assert notes(servers) == ["kept"]
