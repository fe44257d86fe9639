"""Since some time: who has new entries is read from the entry before on, and nobody else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from bson import ObjectId

from domain.ledger.canonical import entry_hash
from mongo.client import Database
from mongo.entry_documents import document_of, entry_of
from mongo.verifications import SKEW, Changed, Verifications
from services.context import Context
from services.ledger.verify_changed import verify_changed
from services.ledger.verify_report import Report
from tests.support.house import NOON
from tests.support.roots import a_folder, fill, forge, forget, opened, post, signed

SINCE = NOON + timedelta(hours=1)
RUN = "since then"


@pytest.fixture
def runs(database: Database) -> Verifications:
    return Verifications(database)


async def dated(database: Database, member: str, seq: int, offset: timedelta) -> None:
    """Gives an entry the id that a process would have given it whose clock stood there."""
    row = await database["entries"].find_one_and_delete({"member": member, "seq": seq})
    assert row is not None
    id = ObjectId(ObjectId.from_datetime(SINCE + offset).binary[:4] + row["_id"].binary[4:])
    await database["entries"].insert_one({**row, "_id": id})


@pytest.fixture
async def ledger(context: Context, database: Database) -> Context:
    """m1 has nothing new; m2 has its third and fourth entry after SINCE; m3 all."""
    await fill(context, "m1", "m2", "m3")
    for member, first in (("m1", 5), ("m2", 3), ("m3", 1)):
        for seq in range(1, 5):
            away = timedelta(days=1)
            await dated(database, member, seq, away if seq >= first else -away)
    return context


async def listed(runs: Verifications) -> list[Changed]:
    await runs.begin(RUN, ranges=1, now=NOON)
    await runs.list_changed(RUN, SINCE)
    return [one async for one in runs.changed(RUN, "", None)]


async def each(changed: list[Changed]) -> AsyncIterator[Changed]:
    for one in changed:
        yield one


async def verified(context: Context, runs: Verifications) -> Report:
    return await verify_changed(context, each(await listed(runs)))


async def found(context: Context, runs: Verifications) -> list[tuple[str, int]]:
    return [(violation.member, violation.seq) for violation in (await verified(context, runs)).violations]


class TestListChanged:
    async def test_names_who_has_new_entries_and_the_first_of_them(
        self, ledger: Context, runs: Verifications
    ) -> None:
        assert await listed(runs) == [Changed("m2", 3), Changed("m3", 1)]
        assert (await runs.begin(RUN, ranges=1, now=NOON)).listed
        assert [one async for one in runs.changed(RUN, "m3", None)] == [Changed("m3", 1)]
        assert [one async for one in runs.changed(RUN, "", "m3")] == [Changed("m2", 3)]

    async def test_an_entry_of_a_clock_that_was_slow_is_among_them(
        self, ledger: Context, runs: Verifications, database: Database
    ) -> None:
        await dated(database, "m1", 4, -SKEW)
        await dated(database, "m2", 2, -SKEW - timedelta(seconds=1))
        assert await listed(runs) == [Changed("m1", 4), Changed("m2", 3), Changed("m3", 1)]

    async def test_forgetting_the_run_forgets_the_list(
        self, ledger: Context, runs: Verifications, database: Database
    ) -> None:
        await listed(runs)
        await runs.discard(RUN)
        assert [name for name in await database.list_collection_names() if name.startswith("verif")] == [
            "verifications"
        ]
        assert await database["verifications"].count_documents({}) == 0


class TestVerifyChanged:
    async def test_reads_the_new_entries_alone_and_adds_them_to_what_stood_before(
        self, ledger: Context, runs: Verifications
    ) -> None:
        report = await verified(ledger, runs)
        assert (report.entries, report.members, report.behind, report.violations) == (6, 2, 0, [])
        sums = report.sums["POINTS"]
        assert (sums.entries, sums.balances, sums.lots) == (154, 154, 154)

    async def test_what_stood_before_is_taken_as_checked(
        self, ledger: Context, runs: Verifications, database: Database
    ) -> None:
        await database["entries"].update_one({"member": "m2", "seq": 1}, {"$set": {"reason": "other"}})
        await database["entries"].update_one({"member": "m1", "seq": 4}, {"$set": {"reason": "other"}})
        assert await found(ledger, runs) == []

    @pytest.mark.parametrize(("seq", "where"), [(2, 2), (3, 3), (4, 4)])
    async def test_an_edit_from_the_entry_before_on_is_found(
        self, ledger: Context, runs: Verifications, database: Database, seq: int, where: int
    ) -> None:
        await database["entries"].update_one({"member": "m2", "seq": seq}, {"$set": {"reason": "other"}})
        assert await found(ledger, runs) == [("m2", where)]

    async def test_an_entry_before_that_was_made_anew_does_not_link(
        self, ledger: Context, runs: Verifications, database: Database
    ) -> None:
        row = await database["entries"].find_one({"member": "m2", "seq": 2})
        assert row is not None
        entry = replace(entry_of(row), reason="other")
        entry = replace(entry, hash=entry_hash(entry))
        await database["entries"].replace_one({"_id": row["_id"]}, document_of(entry))
        assert await found(ledger, runs) == [("m2", 3)]

    async def test_an_entry_before_that_is_gone_is_missed(
        self, ledger: Context, runs: Verifications, database: Database
    ) -> None:
        await database["entries"].delete_one({"member": "m2", "seq": 2})
        assert ("m2", 3) in await found(ledger, runs)

    async def test_what_was_deleted_since_it_was_listed_is_missed_by_the_projection(
        self, ledger: Context, runs: Verifications, database: Database
    ) -> None:
        changed = await listed(runs)
        await database["entries"].delete_many({"member": "m3"})
        report = await verify_changed(ledger, each(changed))
        assert [(found.member, found.seq) for found in report.violations] == [("m3", 0)]

    async def test_a_projection_that_was_edited_is_found(
        self, ledger: Context, runs: Verifications, database: Database
    ) -> None:
        change = {"$set": {"after.accounts.POINTS.earned": 10_000}}
        await database["accounts"].update_one({"_id": "m2"}, change)
        assert await found(ledger, runs) == [("m2", 4)]

    @pytest.mark.parametrize(("seq", "above"), [(1, None), (4, None), (None, 3), (None, 2)])
    async def test_what_was_signed_is_compared_also_where_it_stood_before(
        self,
        ledger: Context,
        runs: Verifications,
        database: Database,
        tmp_path: Path,
        seq: int | None,
        above: int | None,
    ) -> None:
        folder = a_folder(tmp_path)
        await signed(ledger, folder)
        if above is None:
            await post(ledger, "m1", 5, "client:9")
            await dated(database, "m1", 5, timedelta(days=1))
            await forge(database, "m1", seq or 0, reason="other")
        else:
            await forget(database, "m2", above=above)
        changed = await listed(runs)
        if above == 2:
            changed.append(Changed("m2", 3))
        async with opened(folder) as root:
            assert (await verify_changed(ledger, each(await listed(runs)), signed=None)).violations == []
            report = await verify_changed(ledger, each(changed), signed=root)
        where = ("m1", 4) if above is None else ("m2", 0)
        assert [(found.member, found.seq) for found in report.violations] == [where]
