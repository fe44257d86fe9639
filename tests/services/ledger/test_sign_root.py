"""A day has one root, whoever signs it, and each names the one before."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from domain.ledger.merkle import root_of
from domain.ledger.root import Root, broken_links, broken_signature, root_hash, root_to_plain
from mongo.client import Database
from services.context import Context
from services.ledger.roots_folder import BadRoot, RootsFolder
from services.ledger.sign_root import CannotSign, is_due, sign_root
from services.ledger.tips_file import TipsFile
from tests.support.house import NOON, Clock
from tests.support.roots import KEY, VERIFY, a_folder, fill, forge, forget, post, signed

ROOT = Root(date(2026, 6, 15), NOON, 1, 1, bytes(32), None, KEY.id)


@pytest.fixture
def folder(tmp_path: Path) -> RootsFolder:
    return a_folder(tmp_path)


@pytest.fixture
async def ledger(context: Context) -> Context:
    await fill(context, "m3", "m1", "m2")
    return context


class TestSignRoot:
    async def test_covers_the_newest_entry_of_every_member(self, ledger: Context, folder: RootsFolder) -> None:
        root = await signed(ledger, folder)
        tips = await ledger.ledger.tips("", None)
        assert [(tip.member, tip.seq) for tip in tips] == [("m1", 4), ("m2", 4), ("m3", 4)]
        assert [tip.hash for tip in tips] == [(await ledger.ledger.head(m)).hash for m in ("m1", "m2", "m3")]
        assert (root.date, root.signed_at) == (date(2026, 6, 15), ledger.clock())
        assert (root.members, root.entries, root.previous) == (3, 12, None)
        assert root.merkle == root_of(tip.leaf for tip in tips)
        assert broken_signature(root, VERIFY) == []
        path = folder.tips_of(root)
        assert path is not None
        with TipsFile(path) as file:
            assert list(file) == tips

    async def test_a_day_has_one_also_when_the_ledger_goes_on(self, ledger: Context, folder: RootsFolder) -> None:
        first = await signed(ledger, folder)
        await post(ledger, "m1", 5, "client:9")
        assert await signed(ledger, folder) == first
        assert folder.days() == [first.date]

    async def test_many_who_sign_at_once_have_one_and_its_tips(self, ledger: Context, folder: RootsFolder) -> None:
        async def one(number: int) -> Root:
            if number % 2:
                await post(ledger, f"m{number}", 5, "client:9")
            return await signed(ledger, folder)

        roots = await asyncio.gather(*(one(number) for number in range(10)))
        assert len(set(roots)) == 1
        assert folder.days() == [roots[0].date]
        path = folder.tips_of(roots[0])
        assert path is not None
        with TipsFile(path) as tips:
            assert root_of(tip.leaf for tip in tips) == roots[0].merkle
        assert sorted(file.name for file in folder.path.iterdir()) == sorted([path.name, "2026-06-15.json"])

    async def test_each_day_follows_the_last_and_older_tips_go(
        self, ledger: Context, folder: RootsFolder, clock: Clock
    ) -> None:
        roots = []
        for _ in range(4):
            roots.append(await signed(ledger, folder))
            await post(ledger, "m1", 5, f"client:{clock.now}")
            clock.advance(days=2)
        assert [root.previous for root in roots[1:]] == [root_hash(root) for root in roots[:-1]]
        assert [broken_links(new, old) for old, new in pairwise(roots)] == [[], [], []]
        assert [folder.tips_of(root) is not None for root in roots] == [False, False, True, True]

    @pytest.mark.parametrize(
        "attack",
        [
            lambda database: forge(database, "m2", 2, reason="other"),
            lambda database: forget(database, "m2", above=3),
            lambda database: forget(database, "m2", above=0),
        ],
    )
    async def test_what_was_changed_or_lost_is_not_covered_up_by_the_next(
        self,
        ledger: Context,
        folder: RootsFolder,
        clock: Clock,
        database: Database,
        attack: Callable[[Database], Awaitable[Any]],
    ) -> None:
        await signed(ledger, folder)
        await attack(database)
        for number in range(9):  # the ledger has grown by more than was taken away
            await post(ledger, "m1", 5, f"client:more{number}")
        clock.advance(days=1)
        with pytest.raises(CannotSign, match="Entry 4 of member m2 is not in the ledger as the root"):
            await signed(ledger, folder)
        assert folder.days() == [date(2026, 6, 15)]

    async def test_after_a_restore_it_goes_on_with_the_reason_in_what_is_signed(
        self, ledger: Context, folder: RootsFolder, clock: Clock, database: Database
    ) -> None:
        first = await signed(ledger, folder)
        await forget(database, "m2", above=1)
        with pytest.raises(CannotSign, match="The root of 2026-06-15 stands already"):
            await sign_root(ledger.ledger, folder, KEY, clock(), anew="restored")
        clock.advance(days=1)
        second = await sign_root(ledger.ledger, folder, KEY, clock(), anew="restored")
        assert second is not None
        assert (second.anew, second.previous, second.entries) == ("restored", root_hash(first), 9)
        assert broken_links(second, first) == broken_signature(second, VERIFY) == []
        clock.advance(days=1)
        assert (await signed(ledger, folder)).anew is None

    async def test_nothing_follows_a_root_whose_tips_are_gone_or_are_others(
        self, ledger: Context, folder: RootsFolder, clock: Clock
    ) -> None:
        path = folder.tips_of(await signed(ledger, folder))
        assert path is not None
        path.write_bytes(path.read_bytes()[72:])
        clock.advance(days=1)
        with pytest.raises(CannotSign, match="is not what the root of 2026-06-15 was signed over"):
            await signed(ledger, folder)
        path.unlink()
        with pytest.raises(CannotSign, match="is not in"):
            await signed(ledger, folder)

    async def test_a_clock_that_went_back_signs_nothing(
        self, ledger: Context, folder: RootsFolder, clock: Clock
    ) -> None:
        root = await signed(ledger, folder)
        clock.advance(days=-3)
        assert await signed(ledger, folder) == root
        assert not is_due(root, clock())
        assert is_due(root, clock.advance(days=4))

    async def test_an_empty_ledger_has_none(self, context: Context, folder: RootsFolder) -> None:
        assert await sign_root(context.ledger, folder, KEY, context.clock()) is None
        assert list(folder.path.iterdir()) == []

    async def test_an_entry_without_its_hash_is_signed_by_nobody(
        self, ledger: Context, folder: RootsFolder, database: Database
    ) -> None:
        await database["entries"].update_one({"member": "m2", "seq": 4}, {"$unset": {"hash": ""}})
        with pytest.raises(CannotSign, match="entry 4 of member m2"):
            await signed(ledger, folder)
        assert list(folder.path.iterdir()) == []

    async def test_a_file_that_is_no_root_is_not_built_upon(self, ledger: Context, folder: RootsFolder) -> None:
        folder.path.mkdir()
        folder.file_of(date(2026, 6, 14)).write_text("{}")
        with pytest.raises(BadRoot, match=r"2026-06-14\.json cannot be read as a root"):
            await signed(ledger, folder)


class TestTips:
    async def test_are_read_two_keys_a_member_however_long_the_history(
        self, ledger: Context, database: Database
    ) -> None:
        for number in range(40):
            await post(ledger, "m1", 1, f"client:more{number}")
        pipeline = [
            {"$match": {"member": {"$gte": "", "$lt": "n"}}},
            {"$sort": {"member": 1, "seq": -1}},
            {"$group": {"_id": "$member", "seq": {"$first": "$seq"}, "hash": {"$first": "$hash"}}},
        ]
        command = {"aggregate": "entries", "pipeline": pipeline, "cursor": {}, "hint": "member_sequence"}
        plan = await database.command("explain", command, verbosity="queryPlanner")
        assert "DISTINCT_SCAN" in json.dumps(plan, default=str)


class TestRootsFolder:
    async def test_what_processes_that_were_killed_left_of_earlier_days_goes_and_nothing_else(
        self, ledger: Context, folder: RootsFolder, clock: Clock
    ) -> None:
        await signed(ledger, folder)
        others = [".2026-06-17-left.tips", "2026-06-18.0123456789abcdef.tips", "notes.txt", "2026-06-99.json"]
        for name in (*others, ".2026-06-14-left.tips", ".2026-06-15-left.json"):
            (folder.path / name).touch()
        clock.advance(days=1)
        root = await signed(ledger, folder)
        assert folder.days() == [date(2026, 6, 15), date(2026, 6, 16)]
        left = {file.name for file in folder.path.iterdir()}
        assert set(others) < left
        assert not {".2026-06-14-left.tips", ".2026-06-15-left.json"} & left
        assert folder.newest() == root

    def test_the_root_of_another_day_is_no_root_of_this_one(self, folder: RootsFolder) -> None:
        folder.path.mkdir()
        folder.file_of(date(2026, 6, 14)).write_text(json.dumps(root_to_plain(ROOT)))
        with pytest.raises(BadRoot, match="holds the root of 2026-06-15"):
            folder.newest()
