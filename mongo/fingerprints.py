"""Fingerprints: what stands for the devices and means of payment that members were last seen with.

Only salted hashes are kept, and only the newest few a member: they tell whether two are the same and nothing else.
The salt is the database's own, made once.
"""

import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo import ReturnDocument, UpdateOne

from domain.members.hints import MAX_VALUES, Hints
from mongo.client import Database, Document
from mongo.faults import store
from mongo.transactions import Session

_SALT = {"_id": "fingerprints"}


@store
class Fingerprints:
    """The fingerprints of all members."""

    def __init__(self, database: Database) -> None:
        self._kept = database["fingerprints"]
        self._meta = database["meta"]
        self._salt: bytes | None = None

    async def prepare(self) -> None:
        """Makes the salt, if there is none."""
        await self._salted()

    async def of(self, hints: Iterable[Hints]) -> list[Hints]:
        """What stands for these hints."""
        salt = await self._salted()
        return [
            Hints(_hashed(salt, "device", one.devices), _hashed(salt, "payment", one.payments)) for one in hints
        ]

    async def add(self, seen: Sequence[tuple[str, Hints]]) -> None:
        """Keeps what stands for the hints that members were seen with; the newest five of each kind stay."""
        prints = await self.of(hints for _, hints in seen)
        updates = [
            UpdateOne({"_id": member}, _kept(one), upsert=True)
            for (member, _), one in zip(seen, prints, strict=True)
        ]
        if updates:
            await self._kept.bulk_write(updates)

    async def keep(self, session: Session, member: str, prints: Hints) -> None:
        """Keeps what stands for hints of a member in the transaction, as `add` does."""
        await self._kept.update_one({"_id": member}, _kept(prints), upsert=True, session=session)

    async def get_many(self, members: Iterable[str]) -> dict[str, Hints]:
        """What members were seen with; those who were seen with nothing are left out."""
        rows = await self._kept.find({"_id": {"$in": list(members)}}).to_list(None)
        return {row["_id"]: Hints(frozenset(row["device"]), frozenset(row["payment"])) for row in rows}

    async def _salted(self) -> bytes:
        if self._salt is None:
            fresh = {"$setOnInsert": {"salt": secrets.token_bytes(32)}}
            row: Mapping[str, Any] = await self._meta.find_one_and_update(
                _SALT, fresh, upsert=True, return_document=ReturnDocument.AFTER
            )
            self._salt = bytes(row["salt"])
        return self._salt


def _hashed(salt: bytes, kind: str, texts: Iterable[str]) -> frozenset[str]:
    return frozenset(hmac.digest(salt, f"{kind}:{text}".encode(), "sha256").hex()[:32] for text in texts)


def _kept(prints: Hints) -> list[Document]:
    newest = {"device": _newest("device", prints.devices), "payment": _newest("payment", prints.payments)}
    return [{"$set": newest}]


def _newest(field: str, prints: frozenset[str]) -> Document:
    fresh = sorted(prints)
    kept = {"$filter": {"input": {"$ifNull": [f"${field}", []]}, "cond": {"$not": {"$in": ["$$this", fresh]}}}}
    return {"$slice": [{"$concatArrays": [kept, fresh]}, -MAX_VALUES]}
