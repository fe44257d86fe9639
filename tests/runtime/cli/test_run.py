"""`regulars run`: everything starts with it, answers, ends with it in any way, and keeps the data."""

import signal
import socket
from pathlib import Path
from typing import Any

import httpx
from pymongo import MongoClient

from runtime.embedded.ports import LOOPBACK, free_port
from tests.support.command_line import descendants, is_alive, regulars, running
from tests.support.eventually import eventually

QUERY = "{ me { externalId balance { available } entries(first: 1) { edges { node { sequence } } } } }"


def ask(address: str, token: str, query: str = QUERY) -> Any:
    answer = httpx.post(address, json={"query": query}, headers={"authorization": f"Bearer {token}"}, timeout=10)
    assert answer.status_code == 200
    return answer.json()["data"]


class TestRun:
    async def test_from_nothing_to_ready_stopped_started_again_and_killed(self, tmp_path: Path) -> None:
        port, where = free_port(), {"DATA_DIR": str(tmp_path)}
        with running(tmp_path, port) as first:
            address = first.wait_until_ready()
            assert address == f"http://{LOOPBACK}:{port}/graphql"
            me = ask(address, first.token("member"))["me"]
            assert me["externalId"] == "demo-0001"
            assert me["balance"]["available"] > 0
            roles = {"agent": {"agent"}, "supervisor": {"agent", "supervisor"}}
            for role, held in roles.items():
                viewer = ask(address, first.token(role), "{ viewer { roles } }")["viewer"]
                assert set(viewer["roles"]) == held
            printed = regulars("token", "member", "--member", "demo-0002", **where)
            assert ask(address, printed.stdout.splitlines()[-1])["me"]["externalId"] == "demo-0002"
            everyone = descendants(first.process.pid)
            assert len(everyone) == 6  # API, worker, and two servers with their guards
            assert first.end(signal.SIGINT) == 0
            assert not [pid for pid in everyone if is_alive(pid)]

        with running(tmp_path, port) as second:
            address = second.wait_until_ready()
            assert ask(address, second.token("member"))["me"] == me
            everyone = descendants(second.process.pid)
            second.process.kill()
            await eventually(lambda: not [pid for pid in everyone if is_alive(pid)], timeout=60)

    def test_with_servers_named_it_starts_none_of_its_own(
        self, tmp_path: Path, mongo_uri: str, redis_url: str
    ) -> None:
        servers = {"MONGODB_URI": mongo_uri, "REDIS_URL": redis_url, "MONGODB_DATABASE": f"run_{free_port()}"}
        assert regulars("migrate", **servers).returncode == 0
        assert regulars("program", "publish", "demo/programme.yaml", **servers).returncode == 0
        with running(tmp_path, free_port(), **servers) as run:
            run.wait_until_ready()
            assert "member" not in run.said  # a programme stands, so no demo was loaded
            everyone = descendants(run.process.pid)
            assert len(everyone) == 2
            assert run.end(signal.SIGINT) == 0
            assert not [pid for pid in everyone if is_alive(pid)]
        with MongoClient[dict[str, object]](mongo_uri) as client:
            client.drop_database(servers["MONGODB_DATABASE"])

    def test_a_taken_port_is_said_before_anything_starts(self, tmp_path: Path) -> None:
        with socket.create_server((LOOPBACK, 0)) as other:
            port = other.getsockname()[1]
            done = regulars("run", DATA_DIR=str(tmp_path), PORT=str(port))
        assert done.returncode == 1
        assert done.stderr.startswith(f"regulars: Port {port} is in use: stop what listens there, or set PORT")
        assert not list(tmp_path.iterdir())
