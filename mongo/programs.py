"""The programme's versions: immutable documents, numbered from 1; in force is the highest whose time has come."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from domain.actors import Actor
from domain.program.program import Program
from domain.program.versions import Publication, Version, in_force
from mongo.client import Database
from mongo.faults import Contention, Duplicate, store
from mongo.packed import aside, read_program
from mongo.program_documents import VERSION_FIELDS, begins_of, version_document, version_of
from mongo.transactions import Session

MAX_ATTEMPTS = 40
FRESH_SECONDS = 2.0
_NEWEST_FIRST = [("_id", -1)]
_BEGINNINGS = {"from": 1, "publishedAt": 1}


class NoProgram(Exception):
    """No programme has been published, or not the version that was asked for: a fault of the installation."""


@store
class Programs:
    """The versions, with what this process has read of them kept in memory.

    A version never changes, so only "which are there" grows old: it is asked again once the answer is
    `fresh_for` seconds old by `monotonic`. Which of them is in force `clock` says at each question, so that one
    that was scheduled is in force from its very moment on.
    """

    def __init__(
        self,
        database: Database,
        *,
        fresh_for: float = FRESH_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._programs = database["programs"]
        self._fresh_for = fresh_for
        self._monotonic = monotonic
        self._clock = clock
        self._known: dict[int, Program] = {}
        self._begins: dict[int, datetime] = {}
        self._ask_at = 0.0

    async def publish(
        self, program: Program, *, now: datetime, actor: Actor, publication: Publication | None = None
    ) -> Program:
        """Makes `program` the newest version and returns it with its number. It holds from now on unless the
        `publication` says otherwise.

        The content of the newest version again is that version again, whoever else publishes meanwhile.
        """
        publication = publication or Publication(actor, now, now)
        for _ in range(MAX_ATTEMPTS):
            newest = await self.newest()
            try:
                number = await self.append(program, publication, after=newest)
            except Duplicate:
                continue
            return await self.published(program, number)
        raise Contention("others kept publishing programmes")

    async def newest(self, session: Session | None = None) -> Version | None:
        """The version that was published last, in force or not."""
        row = await self._programs.find_one({}, VERSION_FIELDS, sort=_NEWEST_FIRST, session=session)
        return version_of(row) if row else None

    async def append(
        self, program: Program, publication: Publication, *, after: Version | None, session: Session | None = None
    ) -> int:
        """The number of `program` as the version behind `after`, the newest one: its own for the same content.

        Raises Duplicate when others have published meanwhile. `published` must follow, once it is committed.
        """
        document = await aside(program, lambda: version_document(program, publication))
        if after and after.hash == document["hash"]:
            return after.number
        number = after.number + 1 if after else 1
        await self._programs.insert_one({"_id": number, **document}, session=session)
        return number

    async def published(self, program: Program, number: int) -> Program:
        """The version with its number, known to this process from now on."""
        published = self._known[number] = replace(program, version=number)
        await self._look()
        return published

    async def current(self, *, anew: bool = False) -> Program:
        """The version in force, known at most `fresh_for` seconds late, or asked for `anew`.

        Raises NoProgram before the first.
        """
        if anew or not self._begins or self._monotonic() >= self._ask_at:
            await self._look()
        number = in_force(self._begins, self._clock())
        return self._known.get(number) or await self.at(number)

    async def as_of(self, moment: datetime) -> Program:
        """The version whose time it was at a moment. Raises NoProgram before the first."""
        if not self._begins:
            await self._look()
        return await self.at(in_force(self._begins, moment))

    async def at(self, version: int) -> Program:
        """One version. Raises NoProgram when there is none of that number."""
        if version not in self._known:
            row = await self._programs.find_one({"_id": version})
            if row is None:
                raise NoProgram(f"the programme has no version {version}")
            self._known[version] = await read_program(row["program"], version)
        return self._known[version]

    async def all(self) -> list[Program]:
        """Every version, oldest first."""
        rows = await self._programs.find({}, sort=[("_id", 1)]).to_list(None)
        return [await read_program(row["program"], row["_id"]) for row in rows]

    async def versions(self, *, first: int, before: int | None = None) -> list[Version]:
        """At most `first` versions, newest first, those below the number `before`."""
        query = {} if before is None else {"_id": {"$lt": before}}
        rows = await self._programs.find(query, VERSION_FIELDS, sort=_NEWEST_FIRST, limit=first).to_list(None)
        return [version_of(row) for row in rows]

    async def version(self, number: int) -> Version | None:
        """How one version came to be."""
        row = await self._programs.find_one({"_id": number}, VERSION_FIELDS)
        return version_of(row) if row else None

    async def _look(self) -> None:
        """Learns which versions there are more."""
        # Booked before the question, so that one caller asks and the others keep the answer they have.
        self._ask_at = self._monotonic() + self._fresh_for
        # Versions come one after the other, and what was read of one never changes.
        newer = {"_id": {"$gt": max(self._begins, default=0)}}
        rows = await self._programs.find(newer, _BEGINNINGS).to_list(None)
        if not rows and not self._begins:
            raise NoProgram("no programme is published: run `regulars program publish FILE`, or `regulars demo`")
        self._begins |= {row["_id"]: begins_of(row) for row in rows}
