"""The programme's versions: immutable documents, numbered from 1; the newest is the one in force."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.program.plain import program_from_plain, program_to_plain
from domain.program.program import Program
from mongo.client import Database, Document
from mongo.faults import Contention, store

MAX_ATTEMPTS = 40
FRESH_SECONDS = 2.0
_NEWEST_FIRST = [("_id", -1)]


class NoProgram(Exception):
    """No programme has been published, or not the version that was asked for: a fault of the installation."""


@store
class Programs:
    """The versions, with what this process has read of them kept in memory.

    A version never changes, so only "which is the newest" grows old: it is asked again once the answer is
    `fresh_for` seconds old by `monotonic`.
    """

    def __init__(
        self,
        database: Database,
        *,
        fresh_for: float = FRESH_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._programs = database["programs"]
        self._fresh_for = fresh_for
        self._monotonic = monotonic
        self._known: dict[int, Program] = {}
        self._current: Program | None = None
        self._ask_at = 0.0

    async def publish(self, program: Program, *, now: datetime, actor: Actor) -> Program:
        """Makes `program` the newest version and returns it with its number.

        The content of the newest version again is that version again, whoever else publishes meanwhile.
        """
        plain = program_to_plain(program)
        document = {
            "hash": input_hash(plain),
            "program": plain,
            "publishedAt": now,
            "actor": [actor.kind.value, actor.id],
        }
        published = replace(program, version=await self._append(document))
        self._install(published)
        return published

    async def current(self) -> Program:
        """The version in force, at most `fresh_for` seconds behind. Raises NoProgram before the first."""
        if self._current is None or self._monotonic() >= self._ask_at:
            # Booked before the question, so that one caller asks and the others keep the answer they have.
            self._ask_at = self._monotonic() + self._fresh_for
            newest = await self._programs.find_one({}, {"_id": 1}, sort=_NEWEST_FIRST)
            if newest is None:
                raise NoProgram(
                    "no programme is published: run `regulars program publish FILE`, or `regulars demo`"
                )
            return self._install(await self.at(newest["_id"]))
        return self._current

    async def at(self, version: int) -> Program:
        """One version. Raises NoProgram when there is none of that number."""
        if version not in self._known:
            row = await self._programs.find_one({"_id": version})
            if row is None:
                raise NoProgram(f"the programme has no version {version}")
            self._known[version] = program_from_plain(row["program"], version)
        return self._known[version]

    async def all(self) -> list[Program]:
        """Every version, oldest first."""
        rows = await self._programs.find({}, sort=[("_id", 1)]).to_list(None)
        return [program_from_plain(row["program"], row["_id"]) for row in rows]

    async def _append(self, document: Document) -> int:
        for _ in range(MAX_ATTEMPTS):
            newest = await self._programs.find_one({}, {"hash": 1}, sort=_NEWEST_FIRST)
            if newest and newest["hash"] == document["hash"]:
                return int(newest["_id"])
            version: int = newest["_id"] + 1 if newest else 1
            try:
                await self._programs.insert_one({"_id": version, **document})
            except DuplicateKeyError:
                continue
            return version
        raise Contention("others kept publishing programmes")

    def _install(self, program: Program) -> Program:
        """Keeps the version, and returns the one in force: answers out of order never take it back."""
        self._known[program.version] = program
        if self._current is None or self._current.version < program.version:
            self._current = program
        return self._current
