"""Signed roots in tests: keys, tips, and a ledger that someone changes behind its back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.ledger.canonical import entry_hash
from domain.ledger.entry import Entry
from domain.ledger.root import Root, Tip
from mongo.client import Database
from mongo.entry_documents import document_of, entry_of
from runtime.root_key import RootKey, verifier
from services.context import Context
from services.ledger.poster import Posted, Posting
from services.ledger.roots_folder import RootsFolder
from services.ledger.sign_root import sign_root
from services.ledger.signed_tips import Signed
from services.ledger.tips_file import TipsFile
from tests.support.ledger import earning, redeeming

KEY = RootKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
OTHER_KEY = RootKey(Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
VERIFY = verifier([KEY.private.public_key()])


def a_tip(member: str, seq: int = 1) -> Tip:
    """A tip with a hash of its own."""
    return Tip(member, seq, sha256(f"{member}/{seq}".encode()).digest())


async def post(context: Context, member: str, points: int, key: str) -> Entry:
    """An award, or a redemption of points below zero; projected, too."""
    decide = earning(points, key=key) if points > 0 else redeeming(-points, key=key)
    outcome = await context.poster.post(Posting(member, key, "0" * 32, decide))
    assert isinstance(outcome, Posted)
    await context.accounts.put_newest([outcome.entry], currency="POINTS")
    return outcome.entry


async def fill(context: Context, *members: str) -> None:
    """Four entries for each."""
    for member in members:
        for number, points in enumerate((100, 20, -50, 7)):
            await post(context, member, points, f"client:{number}")


async def signed(context: Context, folder: RootsFolder) -> Root:
    """The root of the day, by KEY."""
    root = await sign_root(context.ledger, folder, KEY, context.clock())
    assert root is not None
    return root


@asynccontextmanager
async def opened(folder: RootsFolder) -> AsyncIterator[Signed]:
    """The newest root's tips."""
    root = folder.newest()
    assert root is not None
    path = folder.tips_of(root)
    assert path is not None
    with TipsFile(path) as tips:
        yield Signed(root.date, tips)


async def forge(database: Database, member: str, seq: int, **changes: Any) -> None:
    """Changes an entry and makes the whole chain after it anew, with the state of each: no law is broken by it."""
    rows = database["entries"]
    previous: Entry | None = None
    async for row in rows.find({"member": member}).sort("seq", 1):
        entry = entry_of(row)
        if entry.seq == seq:
            entry = replace(entry, **changes)
        if previous:
            entry = replace(entry, previous=previous.hash)
        previous = replace(entry, hash=entry_hash(entry))
        await rows.replace_one({"_id": row["_id"]}, document_of(previous))


async def forget(database: Database, member: str, *, above: int) -> None:
    """Deletes a member's entries above a sequence, and makes the projection what it was then."""
    await database["entries"].delete_many({"member": member, "seq": {"$gt": above}})
    row = await database["entries"].find_one({"member": member}, sort=[("seq", -1)])
    if row is None:
        await database["accounts"].delete_one({"_id": member})
    else:
        change = {"$set": {"seq": row["seq"], "after": row["after"]}}
        await database["accounts"].update_one({"_id": member}, change)


def a_folder(path: Path) -> RootsFolder:
    """A folder of roots below a path; not made yet."""
    return RootsFolder(path / "roots")
