"""What no law inside the database can show, the signed root shows: a chain rewritten whole, or cut off."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.actors import Actor, ActorKind
from domain.ledger.root import sign
from mongo.client import Database
from services.context import Context
from services.ledger.id_ranges import cut
from services.ledger.roots_folder import RootsFolder
from services.ledger.verify_ledger import verify_ledger
from services.ledger.verify_report import Report
from services.ledger.verify_roots import verify_root, verify_roots
from tests.support.house import Clock
from tests.support.roots import OTHER_KEY, VERIFY, a_folder, fill, forge, forget, opened, post, signed

MEMBERS = ("m1", "m2", "m3")
Attack = Callable[[Database], Awaitable[Any]]
SHOP_2 = Actor(ActorKind.SERVICE, "shop-2")
LOST = "the root of 2026-06-15 was signed over entry 4, which the ledger has not"
CHANGED = "it is not the entry that the root of 2026-06-15 was signed over"


@pytest.fixture
async def folder(context: Context, tmp_path: Path) -> RootsFolder:
    """A root over four entries each, after which all but m3 have one more."""
    folder = a_folder(tmp_path)
    await fill(context, *MEMBERS)
    await signed(context, folder)
    await post(context, "m1", 5, "client:9")
    await post(context, "m2", 5, "client:9")
    return folder


async def verified(context: Context, folder: RootsFolder) -> Report:
    """By ranges, as a run does."""
    whole = Report()
    async with opened(folder) as root:
        for ids in cut(1):
            whole.add(await verify_ledger(context, ids=ids, signed=root))
    return whole


class TestLedgerAgainstRoot:
    async def test_a_sound_ledger_has_all_that_was_signed(self, context: Context, folder: RootsFolder) -> None:
        report = await verified(context, folder)
        assert report.violations == []
        assert (report.entries, report.members, report.sound) == (14, 3, True)

    @pytest.mark.parametrize(
        ("attack", "where", "law"),
        [
            (lambda database: forge(database, "m2", 2, reason="other"), ("m2", 4), CHANGED),
            (lambda database: forge(database, "m2", 4, reason="other"), ("m2", 4), CHANGED),
            (lambda database: forge(database, "m2", 1, actor=SHOP_2), ("m2", 4), CHANGED),
            (lambda database: forget(database, "m2", above=3), ("m2", 0), LOST),
            (lambda database: forget(database, "m2", above=1), ("m2", 0), LOST),
            (lambda database: forget(database, "m2", above=0), ("m2", 0), LOST),
        ],
    )
    async def test_what_breaks_no_law_of_the_database_breaks_the_root(
        self,
        context: Context,
        folder: RootsFolder,
        database: Database,
        attack: Attack,
        where: tuple[str, int],
        law: str,
    ) -> None:
        await attack(database)
        assert (await verify_ledger(context)).violations == []
        found = (await verified(context, folder)).violations
        assert [((violation.member, violation.seq), violation.law) for violation in found] == [(where, law)]

    async def test_what_came_after_the_root_waits_for_the_next(
        self, context: Context, folder: RootsFolder, database: Database, clock: Clock
    ) -> None:
        await forge(database, "m2", 5, reason="other")
        assert (await verified(context, folder)).violations == []
        clock.advance(days=1)
        await signed(context, folder)
        await forge(database, "m2", 5, reason="another")
        assert [violation.seq for violation in (await verified(context, folder)).violations] == [5]


class TestVerifyRoots:
    async def test_a_chain_of_days_holds(self, context: Context, folder: RootsFolder, clock: Clock) -> None:
        clock.advance(days=1)
        second = await signed(context, folder)
        found = verify_roots(folder, VERIFY, signed=second.date)
        assert (len(found.roots), found.newest, found.unchecked, found.faults) == (2, second, 0, [])
        assert found.tips == folder.tips_of(second)
        assert verify_root(folder.file_of(second.date), VERIFY).faults == []

    async def test_a_root_that_was_edited_removed_or_signed_by_another_shows(
        self, context: Context, folder: RootsFolder, clock: Clock
    ) -> None:
        for _ in range(2):
            clock.advance(days=1)
            await signed(context, folder)
        file = folder.file_of(date(2026, 6, 16))
        text = file.read_text()
        rewrite(file, text.replace('"entries": 14', '"entries": 13'))
        assert verify_roots(folder, VERIFY).faults == [
            "the root of 2026-06-16: its signature is not that of its key over what it says",
            "the root of 2026-06-17: it does not follow the root of 2026-06-16",
        ]
        assert len(verify_root(file, VERIFY).faults) == 2  # and what lies beside it says another number
        file.unlink()
        assert verify_roots(folder, VERIFY).faults == [
            "the root of 2026-06-17: it does not follow the root of 2026-06-15"
        ]
        rewrite(file, "{}")
        assert verify_roots(folder, VERIFY).faults[0].startswith(f"{file} cannot be read as a root")

    async def test_the_newest_that_is_gone_is_missed(self, folder: RootsFolder) -> None:
        gone = date(2026, 6, 16)
        assert verify_roots(folder, VERIFY, signed=gone).faults == [
            f"the root of 2026-06-16 was signed and is not in {folder.path}"
        ]

    async def test_tips_that_are_not_those_that_were_signed_are_not_believed(self, folder: RootsFolder) -> None:
        root = folder.newest()
        assert root is not None
        path = folder.tips_of(root)
        assert path is not None
        whole = path.read_bytes()
        for content in (whole[:-72], whole + whole[-72:], whole[:-1] + b"x", whole + b"x"):
            path.write_bytes(content)
            found = verify_roots(folder, VERIFY)
            assert found.faults == [f"{path} is not what the root of 2026-06-15 was signed over"]
            assert found.tips is None
        path.unlink()
        assert verify_roots(folder, VERIFY).faults == []

    async def test_a_key_that_is_not_known_leaves_it_unchecked(self, folder: RootsFolder) -> None:
        root = folder.newest()
        assert root is not None
        by_another = sign(replace(root, key_id=OTHER_KEY.id), OTHER_KEY.sign)
        assert VERIFY(by_another.key_id, b"", b"") is None
        assert verify_roots(folder, lambda *_: None).unchecked == 1


def rewrite(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    file.write_text(text)
