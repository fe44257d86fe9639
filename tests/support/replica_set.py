"""A replica set of three real mongods, to kill one of them, or to cut one off from the others.

To be cut off, a member is behind a relay where everybody meets it: its clients still reach it then.
"""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import OperationFailure, PyMongoError

from mongo.client import Client
from runtime.embedded.libraries import library_environment
from runtime.embedded.mongod import mongod_binary
from runtime.embedded.ports import LOOPBACK, accepts, free_port
from runtime.embedded.process import ServerProcess
from tests.support.callers import holder_of
from tests.support.eventually import eventually
from tests.support.relay import Relay
from tests.support.servers import ram_disk

NAME = "fire"
ELECTION_MS = 2_000
HEARTBEAT_MS = 250


class Member:
    """One mongod of the set, journaled, on a port of its own; where there is a relay only the test knows that."""

    def __init__(self, number: int, directory: Path) -> None:
        self.number = number
        self.directory = directory
        self.port = free_port()
        self.relay: Relay | None = None
        self._data = directory / "data"
        self._data.mkdir(parents=True)
        self._process: ServerProcess | None = None

    @property
    def pid(self) -> int:
        """Of the mongod itself; 0 when it was never started."""
        return self._process.pid if self._process else 0

    @property
    def host(self) -> str:
        """Where everybody meets it."""
        return f"{LOOPBACK}:{self.relay.port if self.relay else self.port}"

    def start(self) -> None:
        """Starts it, over what it has kept, and waits until it listens."""
        command = [
            *(str(mongod_binary()), "--replSet", NAME),
            *("--bind_ip", LOOPBACK, "--port", str(self.port), "--nounixsocket", "--dbpath", str(self._data)),
            *("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "64"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # How long one that follows a silent member waits for it before it looks for another.
            *("--setParameter", "oplogNetworkTimeoutBufferSeconds=0"),
        ]
        libraries = library_environment(self.directory / "libraries")
        self._process = ServerProcess(command, log=self.directory / "log", environment=libraries)
        self._process.wait_until(lambda: accepts(self.port), timeout=60)

    def kill(self) -> None:
        """Kill -9; nothing happens to one that has ended."""
        if self._process and self._process.running:
            os.kill(self._process.pid, signal.SIGKILL)
        if self._process:
            self._process.stop()

    @property
    def uri(self) -> str:
        """Where clients meet this member alone, whatever state it is in."""
        return f"mongodb://{LOOPBACK}:{self.port}/?directConnection=true&readPreference=secondaryPreferred"

    def forget(self) -> None:
        """Loses all it has, as a broken disk does; only one that does not run can."""
        shutil.rmtree(self._data)
        self._data.mkdir()

    def client(self) -> Client:
        """A client that knows only this member, whatever state it is in."""
        return AsyncIOMotorClient(
            LOOPBACK, self.port, directConnection=True, tz_aware=True, serverSelectionTimeoutMS=1_000
        )

    async def hello(self) -> dict[str, Any]:
        """What it says of itself; empty when it does not answer."""
        client = self.client()
        try:
            answer: dict[str, Any] = await client.admin.command("hello")
        except PyMongoError:
            return {}
        finally:
            await asyncio.to_thread(client.close)
        return answer

    async def is_primary(self) -> bool:
        """Whether it takes itself for the primary and takes writes."""
        return bool((await self.hello()).get("isWritablePrimary"))

    async def is_secondary(self) -> bool:
        """Whether it follows a primary."""
        return bool((await self.hello()).get("secondary"))

    async def run(self, command: str, value: object = 1, **options: Any) -> dict[str, Any]:
        """A command to its admin database."""
        client = self.client()
        try:
            answer: dict[str, Any] = await client.admin.command(command, value, **options)
        finally:
            await asyncio.to_thread(client.close)
        return answer

    def rolled_back(self) -> list[Path]:
        """The files in which it has put the documents that it took back."""
        return sorted((self._data / "rollback").rglob("*.bson"))


class ReplicaSet:
    """Three members."""

    def __init__(self, members: list[Member]) -> None:
        self.members = members

    @property
    def uri(self) -> str:
        """Where clients connect; they hear of every member."""
        return f"mongodb://{','.join(member.host for member in self.members)}/?replicaSet={NAME}"

    def others(self, member: Member) -> list[Member]:
        """The two beside this one."""
        return [other for other in self.members if other is not member]

    def cut_off(self, member: Member) -> None:
        """Nothing passes between this member and the others; clients reach them all."""
        for other in self.others(member):
            _relay(other).cut([member.number])
        _relay(member).cut([other.number for other in self.others(member)])

    def heal(self) -> None:
        """Everybody hears everybody again."""
        for member in self.members:
            _relay(member).heal()

    async def primary(self, among: list[Member] | None = None) -> Member:
        """The member that is the primary, as soon as one of these is."""

        async def found() -> Member | None:
            for member in among or self.members:
                if await member.is_primary():
                    return member
            return None

        member = await eventually(found, timeout=60)
        assert member is not None
        return member

    async def wait_longer(self) -> None:
        """From now on nobody calls an election because of silence."""
        primary = await self.primary()
        configuration = (await primary.run("replSetGetConfig"))["config"]
        configuration["version"] += 1
        configuration["settings"]["electionTimeoutMillis"] = 600_000
        await primary.run("replSetReconfig", configuration)

    async def step_up(self, member: Member) -> None:
        """Makes it the primary, in order, as soon as it has caught up."""

        async def stepped_up() -> bool:
            try:
                await member.run("replSetStepUp")
            except PyMongoError:
                return False
            return True

        await eventually(stepped_up, timeout=60)
        await self.primary([member])

    async def found(self) -> None:
        """Makes one set of the members; the first becomes its primary."""
        first, *_ = self.members
        members = [{"_id": member.number, "host": member.host, "priority": 1} for member in self.members]
        settings = {
            "electionTimeoutMillis": ELECTION_MS,
            "heartbeatIntervalMillis": HEARTBEAT_MS,
            "heartbeatTimeoutSecs": 1,
            "catchUpTimeoutMillis": 0,
        }
        configuration = {"_id": NAME, "version": 1, "members": members, "settings": settings}

        async def founded() -> bool:
            try:
                await first.run("replSetInitiate", configuration)
            except OperationFailure:  # one of them was too slow to answer
                return False
            return True

        await eventually(founded, timeout=60)
        await self.primary()
        for member in self.members:
            await eventually(partial(self._is_up, member), timeout=60)

    async def _is_up(self, member: Member) -> bool:
        return await member.is_primary() or await member.is_secondary()


def _relay(member: Member) -> Relay:
    assert member.relay is not None
    return member.relay


@asynccontextmanager
async def a_replica_set(*, relayed: bool = False) -> AsyncIterator[ReplicaSet]:
    """Three members, of which one is primary and two follow; gone after the block. `relayed`: for cutting off."""
    async with AsyncExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="regulars-fire-", dir=ram_disk()))
        members = [Member(number, Path(directory) / str(number)) for number in range(3)]

        def who(port: int) -> int | None:
            numbers = {member.pid: member.number for member in members}
            return numbers.get(holder_of(port, numbers))

        for member in members:
            if relayed:
                member.relay = await stack.enter_async_context(Relay(member.port, who))
            stack.callback(member.kill)
        await asyncio.gather(*(asyncio.to_thread(member.start) for member in members))
        whole = ReplicaSet(members)
        await whole.found()
        yield whole
