"""verify finds what someone did to the ledger behind its back, and nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from domain.ledger.canonical import entry_hash
from domain.ledger.entry import Entry
from mongo.accounts import Accounts, Projected
from mongo.client import Database
from mongo.entry_documents import document_of, entry_of
from services.context import Context
from services.ledger.poster import Posted, Posting
from services.ledger.verify_ledger import verify_ledger
from tests.support.ledger import earning, redeeming

MEMBERS = ("m1", "m2", "m3")
Tamper = Callable[[Database], Awaitable[Any]]


async def post(context: Context, member: str, points: int, key: str) -> Entry:
    decide = earning(points, key=key) if points > 0 else redeeming(-points, key=key)
    outcome = await context.poster.post(Posting(member, key, "0" * 32, decide))
    assert isinstance(outcome, Posted)
    return outcome.entry


@pytest.fixture
async def ledger(context: Context) -> Context:
    """Three members with four entries each, all of them projected."""
    for member in MEMBERS:
        for number, points in enumerate((100, 20, -50, 7)):
            entry = await post(context, member, points, f"client:{number}")
            await context.accounts.put_newest([entry], currency="POINTS")
    return context


async def found(context: Context) -> list[tuple[str, int]]:
    report = await verify_ledger(context)
    return sorted({(violation.member, violation.seq) for violation in report.violations})


async def rewrite(database: Database, seq: int, *, rehash: bool = True, **changes: Any) -> Entry:
    """Replaces an entry of m2 by another, by default with the right hash of its new content."""
    row = await database["entries"].find_one({"member": "m2", "seq": seq})
    assert row is not None
    entry = replace(entry_of(row), **changes)
    if rehash:
        entry = replace(entry, hash=entry_hash(entry))
    await database["entries"].replace_one({"_id": row["_id"]}, document_of(entry))
    return entry


async def delete(database: Database, *seqs: int) -> None:
    await database["entries"].delete_many({"member": "m2", "seq": {"$in": list(seqs)}})


async def swap(database: Database) -> None:
    entries = database["entries"]
    rows = {seq: await entries.find_one({"member": "m2", "seq": seq}) for seq in (1, 2)}
    await delete(database, 1, 2)
    for seq, row in rows.items():
        assert row is not None
        await entries.insert_one({**row, "seq": 3 - seq})


async def move_to_another_member(database: Database) -> None:
    await database["entries"].update_one(
        {"member": "m2", "seq": 4}, {"$set": {"member": "m3", "seq": 5, "key": "x"}}
    )


class Late(Accounts):
    """Projections that are read only after others have posted, and the follower has followed."""

    def __init__(self, database: Database, context: Context) -> None:
        super().__init__(database)
        self._context = context

    async def all(self, low: str = "", high: str | None = None) -> AsyncIterator[Projected]:
        for member in ("m2", "m9"):
            entry = await post(self._context, member, 5, "client:9")
            await self.put_newest([entry], currency="POINTS")
        async for projected in super().all(low, high):
            yield projected


class TestVerifyLedger:
    async def test_a_sound_ledger_adds_up_three_ways(self, ledger: Context) -> None:
        report = await verify_ledger(ledger)
        assert (report.entries, report.members, report.behind, report.violations) == (12, 3, 0, [])
        sums = report.sums["POINTS"]
        assert (sums.entries, sums.balances, sums.lots) == (231, 231, 231)
        assert report.sound

    @pytest.mark.parametrize(
        ("tamper", "where"),
        [
            (lambda database: delete(database, 1), ("m2", 2)),
            (lambda database: delete(database, 2), ("m2", 3)),
            (lambda database: delete(database, 4), ("m2", 0)),
            (lambda database: delete(database, 1, 2, 3, 4), ("m2", 0)),
            (swap, ("m2", 1)),
            (lambda database: rewrite(database, 2, rehash=False, reason="other"), ("m2", 2)),
            (lambda database: rewrite(database, 2, reason="other"), ("m2", 3)),
            (lambda database: rewrite(database, 4, points=9), ("m2", 4)),
            (lambda database: rewrite(database, 3, points=-49), ("m2", 3)),
            (move_to_another_member, ("m3", 5)),
        ],
    )
    async def test_what_was_deleted_swapped_forged_or_moved_is_found(
        self, ledger: Context, database: Database, tamper: Tamper, where: tuple[str, int]
    ) -> None:
        await tamper(database)
        assert where in await found(ledger)

    @pytest.mark.parametrize("seq", [1, 2, 4])
    @pytest.mark.parametrize(
        "damage",
        [
            {"$unset": {"hash": ""}},
            {"$set": {"kind": "GIFT"}},
            {"$set": {"after": None}},
            {"$set": {"changes": {"lots": [["soon", 1]]}}},
        ],
    )
    async def test_an_entry_that_was_damaged_is_named_and_the_rest_is_read(
        self, ledger: Context, database: Database, damage: dict[str, Any], seq: int
    ) -> None:
        await database["entries"].update_one({"member": "m2", "seq": seq}, damage)
        report = await verify_ledger(ledger)
        assert ("m2", seq) in {(violation.member, violation.seq) for violation in report.violations}
        assert {violation.member for violation in report.violations} == {"m2"}
        assert (report.entries, report.members) == (12, 3)

    async def test_an_edited_projection_is_found(self, ledger: Context, database: Database) -> None:
        change = {"$set": {"after.accounts.POINTS.earned": 10_000}}
        await database["accounts"].update_one({"_id": "m2"}, change)
        assert await found(ledger) == [("m2", 4)]

    async def test_a_projection_of_nobody_is_found(self, ledger: Context, database: Database) -> None:
        await database["accounts"].insert_one({"_id": "m25", "seq": 1, "after": {"accounts": {}}})
        assert await found(ledger) == [("m25", 0)]

    async def test_a_projection_that_has_yet_to_follow_is_no_violation(self, ledger: Context) -> None:
        await post(ledger, "m2", 5, "client:9")
        await post(ledger, "m9", 5, "client:9")
        report = await verify_ledger(ledger)
        assert (report.behind, report.violations) == (2, [])

    async def test_entries_that_come_while_it_reads_are_no_violation(
        self, ledger: Context, database: Database
    ) -> None:
        """Of a member that was read already, and of a new one whose place was passed."""
        report = await verify_ledger(replace(ledger, accounts=Late(database, ledger)))
        assert report.violations == []
        assert (await ledger.ledger.head("m9")).seq == 1
