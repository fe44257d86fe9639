"""A verification that is killed leaves no process behind, and the next one goes on where it was."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection

from domain.ledger.canonical import entry_hash
from domain.ledger.entry import Entry, Head
from domain.ledger.posting import follow
from domain.members.ids import ID_BYTES, member_id
from mongo.entry_documents import document_of
from mongo.ledger import INDEXES
from mongo.migrate import REVISION
from tests.support.command_line import descendants, environment, is_alive, regulars, words_of
from tests.support.eventually import eventually
from tests.support.ledger import NOW, earning

MEMBERS, EACH = 300, 50
ATTEMPTS = 5
DONE = {"index": {"$gte": 0}}


def history() -> list[Entry]:
    entries: list[Entry] = []
    for number in range(EACH):
        head = Head.of(entries[-1]) if entries else Head("template")
        now = NOW + timedelta(minutes=number)
        made = follow(head, earning(10, key=f"client:{number}"), at=None, now=now)
        assert isinstance(made, list)
        entries += made
    return entries


def of_somebody(template: list[Entry]) -> list[Entry]:
    member, entries = member_id(secrets.token_bytes(ID_BYTES)), []
    previous: bytes | None = None
    for each in template:
        entry = replace(each, member=member, previous=previous)
        entries.append(replace(entry, hash=entry_hash(entry)))
        previous = entries[-1].hash
    return entries


@pytest.fixture
def servers(mongo_uri: str, redis_url: str) -> Iterator[dict[str, str]]:
    """A ledger of 15,000 entries: 32 ranges, of which some are still to do when others are seen to be done."""
    name = f"test_{secrets.token_hex(8)}"
    with MongoClient[dict[str, object]](mongo_uri) as client:
        client[name]["entries"].create_indexes(INDEXES)
        client[name]["meta"].insert_one({"_id": "schema", "revision": REVISION})
        template = history()
        entries = [entry for _ in range(MEMBERS) for entry in of_somebody(template)]
        client[name]["entries"].insert_many(map(document_of, entries))
        yield {"MONGODB_URI": mongo_uri, "REDIS_URL": redis_url, "MONGODB_DATABASE": name}
        client.drop_database(name)


async def stop(servers: dict[str, str], number: signal.Signals, parts: Collection[Any]) -> int:
    """Starts a verification and ends it once it has done more ranges; how many are done then.

    One whose work was done before the signal came, and that only had to end itself, is started over.
    """
    for _ in range(ATTEMPTS):
        if await _ended(servers, number, parts) != 0:
            return parts.count_documents(DONE)
        parts.delete_many({})
    raise AssertionError("the verification never heard of the signal")


async def _ended(servers: dict[str, str], number: signal.Signals, parts: Collection[Any]) -> int:
    """The exit code of a verification that was sent a signal once it had done more ranges."""
    before = parts.count_documents(DONE)
    command = [sys.executable, "-m", "runtime.cli", "verify", "--processes", "2"]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment(**servers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        await eventually(lambda: parts.count_documents(DONE) > before, timeout=60)
        workers = descendants(process.pid)
        process.send_signal(number)
        code = await asyncio.wait_for(process.wait(), 60)
    except BaseException:
        process.kill()
        raise
    assert code in (0, 130 if number is signal.SIGINT else -number)
    await eventually(lambda: not any(is_alive(pid) for pid in workers), timeout=60)
    return code


async def test_goes_on_after_it_was_stopped_and_after_it_was_killed(servers: dict[str, str]) -> None:
    with MongoClient[dict[str, Any]](servers["MONGODB_URI"]) as client:
        parts = client[servers["MONGODB_DATABASE"]]["verifications"]
        stopped = await stop(servers, signal.SIGINT, parts)
        done = await stop(servers, signal.SIGKILL, parts)
    assert 1 <= stopped < done < 32
    again = regulars("verify", "--processes", "2", **servers)
    assert again.returncode == 0
    lines = again.stdout.splitlines()
    assert f"which had done {done} of 32 ranges; --fresh starts over." in lines[0]
    assert lines[1] == "15,000 entries of 300 members"
    assert lines[-1] == "Every law holds."


async def test_while_its_processes_are_begun_ctrl_c_leaves_none_behind(servers: dict[str, str]) -> None:
    command = [sys.executable, "-m", "runtime.cli", "verify", "--processes", "3"]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment(**servers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    # The first of them is there, and the last is not.
    workers = await eventually(partial(_spawned, process.pid))
    process.send_signal(signal.SIGINT)
    workers += _spawned(process.pid)
    assert await asyncio.wait_for(process.wait(), 60) == 130
    await eventually(partial(_are_gone, workers))


def _spawned(pid: int) -> list[int]:
    return [one for one in descendants(pid) if "spawn_main" in words_of(one)]


def _are_gone(processes: list[int]) -> bool:
    return not any(map(is_alive, processes))


async def test_one_whose_process_was_killed_says_so_in_a_line(servers: dict[str, str]) -> None:
    with MongoClient[dict[str, Any]](servers["MONGODB_URI"]) as client:
        parts = client[servers["MONGODB_DATABASE"]]["verifications"]
        command = [sys.executable, "-m", "runtime.cli", "verify", "--processes", "2"]
        process = await asyncio.create_subprocess_exec(
            *command, env=environment(**servers), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        await eventually(lambda: parts.count_documents(DONE), timeout=60)
        os.kill(_spawned(process.pid)[0], signal.SIGKILL)
        _, told = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 2
    assert "A process of the verification was killed, perhaps for want of memory." in told.decode()
