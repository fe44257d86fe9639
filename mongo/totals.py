"""The programme's accounts: what the projected accounts of all members add up to, one document a currency.

Law: the totals of a round are the sum over the projected accounts that carry its number. Whoever writes an
account adds the difference in the same transaction, so that it counts once, whatever is repeated or cut off. A new
round counts everything anew, while the old one's figures fall away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.ledger.totals import NUMBERS, Dated, Totals, added, as_of, correction
from domain.time import from_ms, to_ms
from mongo.account_documents import Counted, counted_of
from mongo.client import Database, Document
from mongo.faults import store
from mongo.transactions import Session

_ROUND = "round"
_FIRST = 1
_NEVER = "never"
_DATED = {"lots": "lots", "held_lots": "held"}


@dataclass(frozen=True, slots=True)
class Round:
    """The counting that is under way, or done when `whole`: then every account has been counted in it."""

    number: int
    whole: bool


@store
class ProgrammeTotals:
    """The totals of all currencies."""

    def __init__(self, database: Database) -> None:
        self._totals = database["totals"]
        self._accounts = database["accounts"]
        self._client = database.client

    async def round(self, session: Session | None = None) -> Round:
        """The round that counts."""
        row = await self._totals.find_one({"_id": _ROUND}, session=session)
        return Round(row["number"], row["whole"]) if row else Round(_FIRST, whole=False)

    async def begin(self) -> int:
        """Begins a round, in which nothing is counted yet; its number."""
        fresh = {"number": {"$add": [{"$ifNull": ["$number", _FIRST]}, 1]}, "whole": False}
        row = await self._totals.find_one_and_update(
            {"_id": _ROUND}, [{"$set": fresh}], upsert=True, return_document=ReturnDocument.AFTER
        )
        number: int = row["number"]
        # There are as many rows as currencies and rounds that were cut off.
        await self._totals.delete_many({"round": {"$lt": number}})
        return number

    async def begin_once(self, revision: int) -> None:
        """Begins a round for a revision of the database that projects accounts otherwise, once, whoever else asks.

        Where nothing was ever counted there is nothing to replace: the follower begins with every account anyhow.
        """
        older = {"_id": _ROUND, "revision": {"$ne": revision}}
        fresh = {"$inc": {"number": 1}, "$set": {"whole": False, "revision": revision}}
        await self._totals.update_one(older, fresh)

    async def complete(self, number: int) -> bool:
        """Says that every account has been counted in the round; False when another has begun since."""
        try:
            result = await self._totals.update_one(
                {"_id": _ROUND, "number": number}, {"$set": {"whole": True}}, upsert=number == _FIRST
            )
        except DuplicateKeyError:
            return False
        return bool(result.matched_count or result.upserted_id)

    async def add(self, session: Session, number: int, moved: Mapping[str, Totals]) -> None:
        """Adds to the totals of a round, by currency, inside the transaction that moves the accounts."""
        for currency, totals in moved.items():
            change = {"$inc": _increments(totals), "$set": {"round": number, "currency": currency}}
            await self._totals.update_one({"_id": _id(number, currency)}, change, upsert=True, session=session)

    async def read(self, now: datetime) -> dict[str, Totals] | None:
        """The totals by currency as they count at `now`, settled to the last point; None before all is counted.

        Of one snapshot. It takes time in proportion to the members whose points were to be released, or whose
        holds have ended, and of whom no entry says so yet.
        """
        async with await self._client.start_session(snapshot=True) as session:
            round = await self.round(session)
            if not round.whole:
                return None
            rows = await self._totals.find(_of(round.number), session=session).to_list(None)
            total = {row["currency"]: as_of(_totals_of(row), now) for row in rows}
            due = {"openDue": {"$lte": now}, "round": round.number}
            async for row in self._accounts.find(due, session=session):
                total = added(total, correction(counted_of(row).state, now))
            return total

    async def differences(self) -> list[str]:
        """Where the totals are not the sum over the projected accounts, in words; all of one snapshot.

        Before a round is whole there is nothing to compare. Raises StoreFault when reading takes longer than the
        server keeps a snapshot (five minutes, `minSnapshotHistoryWindowInSeconds`).
        """
        async with await self._client.start_session(snapshot=True) as session:
            round = await self.round(session)
            if not round.whole:
                return []
            rows = await self._totals.find(_of(round.number), session=session).to_list(None)
            kept = {row["currency"]: _totals_of(row) for row in rows}
            summed: dict[str, Totals] = {}
            async for row in self._accounts.find({"round": round.number}, session=session, batch_size=2_000):
                _put(summed, counted_of(row))
        codes = sorted({*kept, *summed})
        return [
            text for code in codes for text in _apart(code, kept.get(code, Totals()), summed.get(code, Totals()))
        ]


def _id(number: int, currency: str) -> str:
    return f"{number}:{currency}"


def _of(number: int) -> Document:
    """The rows of one round: `;` comes after `:`."""
    return {"_id": {"$gte": _id(number, ""), "$lt": f"{number};"}}


def _put(summed: dict[str, Totals], counted: Counted) -> None:
    for code, totals in counted.totals.items():
        summed[code] = summed[code] + totals if code in summed else totals


def _apart(currency: str, kept: Totals, summed: Totals) -> list[str]:
    names = [*NUMBERS, *_DATED]
    return [
        f"{currency}: {name} of the programme is {_shown(kept, name)}, of its accounts {_shown(summed, name)}"
        for name in names
        if getattr(kept, name) != getattr(summed, name)
    ]


def _shown(totals: Totals, name: str) -> str:
    found = getattr(totals, name)
    return f"{found:,}" if isinstance(found, int) else f"{sum(found.values()):,} over {len(found)} dates"


def _increments(totals: Totals) -> Document:
    numbers = {name: value for name in NUMBERS if (value := getattr(totals, name))}
    dated = {
        f"{stored}.{_NEVER if date is None else to_ms(date)}": points
        for name, stored in _DATED.items()
        for date, points in getattr(totals, name).items()
    }
    return numbers | dated


def _totals_of(row: Document) -> Totals:
    numbers: dict[str, int] = {name: row.get(name, 0) for name in NUMBERS}
    lots, held_lots = (_dated(row.get(stored, {})) for stored in _DATED.values())
    return Totals(**numbers, lots=lots, held_lots=held_lots)


def _dated(stored: Mapping[str, int]) -> Dated:
    return {None if date == _NEVER else from_ms(int(date)): points for date, points in stored.items() if points}
