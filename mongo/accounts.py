"""The projection of the ledger by member: the state after the newest entry. Derived, never the truth."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from domain.ledger.entry import Entry
from domain.ledger.totals import Totals, added, moved
from domain.tiers.terms import Terms
from mongo.account_documents import (
    NOT_COUNTED,
    Counted,
    Projected,
    change_of,
    counted_of,
    projected_of,
    raised_after,
)
from mongo.adjustments import Adjustments, raised_in
from mongo.client import Database, Document
from mongo.faults import store
from mongo.totals import ProgrammeTotals
from mongo.transactions import Session, Transactions

MAX_TOGETHER = 500
"""Members that one transaction projects: some tens of milliseconds."""
_WORK_SECONDS = 5.0
"""What that may take on a machine that is busy: no posting waits for these rows."""
INDEXES = [
    # By member within a date: at the end of a month nearly all are due at one instant.
    IndexModel(
        [("nextDue", ASCENDING), ("_id", ASCENDING)],
        name="next_due",
        partialFilterExpression={"nextDue": {"$exists": True}},
    ),
    # What the totals cannot settle by date alone: few, beside those whose lots expire.
    IndexModel(
        [("openDue", ASCENDING)],
        name="open_due",
        partialFilterExpression={"openDue": {"$exists": True}},
    ),
    # Members whose tier ends some day; and whose end was told by the terms of an earlier programme.
    IndexModel(
        [("tierUntil", ASCENDING), ("_id", ASCENDING)],
        name="tier_until",
        partialFilterExpression={"tierUntil": {"$exists": True}},
    ),
    IndexModel([("tierBy", ASCENDING)], name="tier_by"),
    IndexModel([("lifetime", DESCENDING), ("_id", ASCENDING)], name="lifetime"),
    IndexModel([("year", DESCENDING), ("yearValue", DESCENDING), ("_id", ASCENDING)], name="year"),
]

__all__ = ["INDEXES", "Accounts", "Projected"]
_AT_ONCE = 500


@store
class Accounts:
    """The projected accounts of all members, and with each of its writes the programme's totals."""

    def __init__(self, database: Database) -> None:
        self._accounts = database["accounts"]
        self._totals = ProgrammeTotals(database)
        self._adjustments = Adjustments(database)
        self._transactions = Transactions(database.client, work_seconds=_WORK_SECONDS)

    async def put_newest(self, entries: Sequence[Entry], *, currency: str, terms: Terms | None = None) -> None:
        """Projects the newest entry of each member; one that is not newer than what stands is dropped.

        Each account is written in one transaction with what it changes in the programme's totals, so that every
        entry counts there once, whoever else writes. `currency` is the one that the lifetime board goes by, and
        `terms` are those by which tiers end. Entries that were left out before are fine: the state of the newest
        holds them all.
        """
        members: dict[str, list[Entry]] = {}
        for entry in sorted(entries, key=lambda entry: entry.seq):
            members.setdefault(entry.member, []).append(entry)
        rows = list(members.items())
        for start in range(0, len(rows), MAX_TOGETHER):
            together = dict(rows[start : start + MAX_TOGETHER])
            await self._transactions.run(partial(self._put, entries=together, currency=currency, terms=terms))

    async def _put(
        self, session: Session, entries: Mapping[str, Sequence[Entry]], currency: str, terms: Terms | None
    ) -> None:
        # A row that another writes meanwhile is a conflict, and all of this is done again.
        round = (await self._totals.round(session)).number
        standing = await self._standing(session, entries, round)
        raised = await self._raised(session, entries, standing)
        change: list[UpdateOne] = []
        sums: list[Mapping[str, Totals]] = []
        for member, before in standing.items():
            newest = entries[member][-1]
            after = Counted(newest.seq, newest.after, raised_after(before, raised[member]))
            update = change_of(after, currency=currency, round=round, terms=terms)
            change.append(UpdateOne({"_id": member}, update, upsert=True))
            sums.append(moved(before.totals, after.totals))
        if change:
            await self._accounts.bulk_write(change, session=session)
            await self._totals.add(session, round, added(*sums))

    async def _standing(
        self, session: Session, entries: Mapping[str, Sequence[Entry]], round: int
    ) -> dict[str, Counted]:
        """What is counted of the members whom these entries bring further, or bring into this round."""
        fields = {"seq": 1, "after": 1, "round": 1, "raised": 1}
        rows = await self._accounts.find({"_id": {"$in": list(entries)}}, fields, session=session).to_list(None)
        standing = dict.fromkeys(entries, NOT_COUNTED)
        for row in rows:
            newest, counted = entries[row["_id"]][-1].seq, row.get("round") == round
            if row["seq"] > newest or (counted and row["seq"] == newest):
                del standing[row["_id"]]
            elif counted:
                standing[row["_id"]] = counted_of(row)
        return standing

    async def _raised(
        self, session: Session, entries: Mapping[str, Sequence[Entry]], standing: Mapping[str, Counted]
    ) -> dict[str, dict[str, int]]:
        """What staff have added since then: by the entries at hand, and by the ledger where some are missing."""
        found: dict[str, dict[str, int]] = {}
        gaps: dict[str, tuple[int, int]] = {}
        for member, before in standing.items():
            newer = [entry for entry in entries[member] if entry.seq > before.seq]
            found[member] = raised_in(newer)
            if len(newer) < newer[-1].seq - before.seq:
                gaps[member] = (before.seq, newer[-1].seq)
        missing = await self._adjustments.raised(session, gaps)
        return found | {member: missing.get(member, {}) for member in gaps}

    async def get_many(self, members: Sequence[str]) -> dict[str, Projected]:
        """Projections by member."""
        rows = await self._accounts.find({"_id": {"$in": list(members)}}).to_list(None)
        return {row["_id"]: projected_of(row) for row in rows}

    async def due(self, before: datetime, *, after: tuple[datetime, str] | None, limit: int) -> list[Projected]:
        """Members to whom time does something before `before`, soonest first: time is in proportion to them."""
        return [projected_of(row) for row in await self._due_rows("nextDue", before, after, limit)]

    async def tiers_due(
        self, before: datetime, *, after: tuple[datetime, str] | None, limit: int
    ) -> list[tuple[datetime, Projected]]:
        """When the tiers end of members whose tier does before `before`, soonest first, in proportion to them."""
        rows = await self._due_rows("tierUntil", before, after, limit)
        return [(row["tierUntil"], projected_of(row)) for row in rows]

    async def otherwise_judged(self, terms: Terms, *, limit: int) -> list[Projected]:
        """Members of whom it was told by other terms when their tier ends."""
        rows = self._accounts.find({"tierBy": {"$ne": terms.name}}, limit=limit)
        return [projected_of(row) for row in await rows.to_list(None)]

    async def judge(self, projected: Sequence[Projected], terms: Terms) -> int:
        """Tells by these terms when their tiers end, where they have not moved on since; how many it told."""
        updates = []
        for one in projected:
            ends = terms.ends(one.state)
            change: Document = {"$set": {"tierBy": terms.name} | ({"tierUntil": ends} if ends else {})}
            if ends is None:
                change["$unset"] = {"tierUntil": ""}
            updates.append(UpdateOne({"_id": one.member, "seq": one.seq}, change))
        return (await self._accounts.bulk_write(updates)).matched_count if updates else 0

    async def _due_rows(
        self, field: str, before: datetime, after: tuple[datetime, str] | None, limit: int
    ) -> list[Document]:
        query: Document = {field: {"$lt": before}}
        if after:
            moment, member = after
            query["$or"] = [{field: {"$gt": moment}}, {field: moment, "_id": {"$gt": member}}]
        return await self._accounts.find(query, sort=[(field, 1), ("_id", 1)], limit=limit).to_list(None)

    async def top(self, *, year: str | None, start: int, count: int) -> list[tuple[str, int]]:
        """A leaderboard's rows from `start`: by awards kept, or by what qualified in `year`; ties by id.

        Whoever has nothing of it, or has had it all taken back, is not listed.
        """
        query, field = _judged(year)
        listed = query | {field: {"$gt": 0}}
        rows = self._accounts.find(listed, {field: 1}, sort=[(field, -1), ("_id", 1)], skip=start, limit=count)
        return [(row["_id"], row[field]) for row in await rows.to_list(None)]

    async def rank(self, member: str, *, year: str | None) -> tuple[int, int] | None:
        """The member's rank from 1 in the order of `top`, and value; None for one who is not listed."""
        query, field = _judged(year)
        row = await self._accounts.find_one(query | {"_id": member, field: {"$gt": 0}}, {field: 1})
        if row is None:
            return None
        value: int = row[field]
        ahead = [{field: {"$gt": value}}, {field: value, "_id": {"$lt": member}}]
        return await self._accounts.count_documents(query | {"$or": ahead}) + 1, value

    async def board(self, year: str | None) -> AsyncIterator[tuple[str, int, int]]:
        """Every row (member, seq, value) of the leaderboard that `top` pages through, in no order.

        Those, too, who are not listed any more or yet: the board must know as of which entry.
        """
        query, field = _judged(year)
        async for row in self._accounts.find(query, {"seq": 1, field: 1}, batch_size=2_000):
            yield row["_id"], row["seq"], row[field]

    async def all(self, low: str = "", high: str | None = None) -> AsyncIterator[Projected]:
        """Every projection of members from `low` up to `high`, by member descending, as `Ledger.all` has them."""
        span = {"$gte": low} if high is None else {"$gte": low, "$lt": high}
        cursor = self._accounts.find({"_id": span}).sort("_id", -1)
        while rows := await cursor.to_list(_AT_ONCE):
            for row in rows:
                yield projected_of(row)

    async def drop(self, *, round: int) -> None:
        """Throws away what is not counted in the round; only to rebuild it."""
        await self._accounts.delete_many({"round": {"$ne": round}})


def _judged(year: str | None) -> tuple[Document, str]:
    """Who may stand on the leaderboard of a year (None: of all times), and the field it goes by."""
    return ({"year": year}, "yearValue") if year else ({}, "lifetime")
