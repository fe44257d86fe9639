"""Writes members by the million: of each an entry and a projected account, by the ledger's own codec."""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from typing import NamedTuple

from pymongo import MongoClient

from domain.actors import SYSTEM
from domain.ledger.decide import earn
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.seal import seal
from domain.refusals import Refused
from mongo.account_documents import Counted, change_of
from mongo.client import Document
from mongo.entry_documents import document_of

POINTS = 100
"""What each has, in one lot."""
_BATCH = 2_000


class Group(NamedTuple):
    """So many members whose points expire at this time."""

    members: int
    expires_at: datetime


async def write_accounts(uri: str, database: str, groups: Sequence[Group], *, began: datetime) -> None:
    """The members of all groups, who earned at `began`; in as many processes as there are cores."""
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        loop, work, first = asyncio.get_running_loop(), [], 0
        for count, expires_at in groups:
            for start in range(first, first + count, _BATCH):
                numbers = range(start, min(start + _BATCH, first + count))
                work.append(loop.run_in_executor(pool, _write, uri, database, numbers, expires_at, began))
            first += count
        await asyncio.gather(*work)


def _write(uri: str, database: str, numbers: range, expires_at: datetime, began: datetime) -> None:
    entries = [_entry(number, expires_at, began) for number in numbers]
    with MongoClient[Document](uri) as client:
        client[database]["entries"].insert_many([document_of(entry) for entry in entries], ordered=False)
        client[database]["accounts"].insert_many([_account(entry) for entry in entries], ordered=False)


def _entry(number: int, expires_at: datetime, began: datetime) -> Entry:
    member = hashlib.sha256(str(number).encode()).hexdigest()[:20]
    head = Head(member)
    changes = earn(head.after.account("POINTS"), POINTS, expires_at=expires_at, qualifying=(("2026", POINTS),))
    if isinstance(changes, Refused):
        raise TypeError(changes.message)
    draft = Draft(
        key=f"event:bench|{number}#POINTS",
        input="0" * 32,
        currency="POINTS",
        kind=EntryKind.EARN,
        changes=changes,
        actor=SYSTEM,
        occurred_at=began,
        effective_at=began,
        lines=(AwardLine("spend", 1, POINTS, "100.00 USD at 1 point for each 1.00: 100"),),
    )
    return seal(head, draft, began)


def _account(entry: Entry) -> Document:
    change = change_of(Counted(entry.seq, entry.after), currency="POINTS", round=1)
    return {"_id": entry.member, **change["$set"]}
