"""A receipt is made of what the ledger holds and the root was signed over, or it is not made."""

from pathlib import Path

import pytest

from domain.ledger.receipt import faults_of
from mongo.client import Database
from services.context import Context
from services.ledger.prove_entry import CannotProve, prove_entry
from services.ledger.roots_folder import RootsFolder
from tests.support.roots import VERIFY, a_folder, fill, forge, forget, post, signed


@pytest.fixture
async def folder(context: Context, tmp_path: Path) -> RootsFolder:
    """A root over four entries each, after which m2 has one more."""
    folder = a_folder(tmp_path)
    await fill(context, *(f"m{number}" for number in range(1, 8)))
    await signed(context, folder)
    await post(context, "m2", 5, "client:9")
    return folder


class TestProveEntry:
    @pytest.mark.parametrize("seq", [1, 2, 3, 4])
    @pytest.mark.parametrize("member", ["m1", "m2", "m4", "m7"])
    async def test_each_entry_that_was_signed_over_is_proved(
        self, context: Context, folder: RootsFolder, member: str, seq: int
    ) -> None:
        receipt = await prove_entry(context.ledger, folder, member, seq)
        assert receipt is not None
        assert receipt.covered is not None
        assert receipt.covered.root == folder.newest()
        assert (receipt.member, receipt.seq, len(receipt.chain)) == (member, seq, 5 - seq)
        assert faults_of(receipt, VERIFY) == []

    async def test_what_is_newer_than_the_root_is_chained_and_not_signed(
        self, context: Context, folder: RootsFolder
    ) -> None:
        await post(context, "m2", 5, "client:10")
        await post(context, "m9", 5, "client:10")
        late, new = [await prove_entry(context.ledger, folder, *id) for id in (("m2", 5), ("m9", 1))]
        assert late is not None
        assert new is not None
        assert (late.covered, len(late.chain), new.covered, len(new.chain)) == (None, 2, None, 1)

    async def test_without_any_root_nothing_is_signed(self, context: Context, tmp_path: Path) -> None:
        await fill(context, "m1")
        receipt = await prove_entry(context.ledger, a_folder(tmp_path), "m1", 2)
        assert receipt is not None
        assert (receipt.covered, len(receipt.chain)) == (None, 3)

    @pytest.mark.parametrize(("member", "seq"), [("m2", 6), ("m9", 1), ("", 1)])
    async def test_there_is_none_of_what_is_not_there(
        self, context: Context, folder: RootsFolder, member: str, seq: int
    ) -> None:
        assert await prove_entry(context.ledger, folder, member, seq) is None

    async def test_an_entry_that_was_changed_is_not_proved(
        self, context: Context, folder: RootsFolder, database: Database
    ) -> None:
        await database["entries"].update_one({"member": "m2", "seq": 3}, {"$set": {"reason": "other"}})
        with pytest.raises(CannotProve, match="Entry 3 of member m2 is not what its hash was made of"):
            await prove_entry(context.ledger, folder, "m2", 2)
        receipt = await prove_entry(context.ledger, folder, "m2", 4)
        assert receipt is not None

    async def test_nor_one_that_cannot_be_read(
        self, context: Context, folder: RootsFolder, database: Database
    ) -> None:
        await database["entries"].update_one({"member": "m2", "seq": 3}, {"$set": {"after": None}})
        with pytest.raises(CannotProve, match="Entry 3 of member m2 cannot be read"):
            await prove_entry(context.ledger, folder, "m2", 3)

    async def test_nor_one_of_a_chain_that_was_made_anew_or_cut_off(
        self, context: Context, folder: RootsFolder, database: Database
    ) -> None:
        await forge(database, "m1", 2, reason="other")
        with pytest.raises(CannotProve, match="does not lead to entry 4 as the root of 2026-06-15"):
            await prove_entry(context.ledger, folder, "m1", 2)
        await forget(database, "m3", above=3)
        with pytest.raises(CannotProve, match="does not lead to entry 4"):
            await prove_entry(context.ledger, folder, "m3", 2)

    async def test_nor_one_of_a_chain_with_a_gap(
        self, context: Context, folder: RootsFolder, database: Database
    ) -> None:
        await post(context, "m2", 5, "client:10")
        await post(context, "m2", 5, "client:11")
        await database["entries"].delete_one({"member": "m2", "seq": 6})
        with pytest.raises(CannotProve, match="The chain of member m2 is broken"):
            await prove_entry(context.ledger, folder, "m2", 5)

    async def test_nor_one_whose_root_has_lost_its_tips_or_has_others(
        self, context: Context, folder: RootsFolder
    ) -> None:
        root = folder.newest()
        assert root is not None
        path = folder.tips_of(root)
        assert path is not None
        content = path.read_bytes()
        path.write_bytes(content[:-1] + b"x")
        with pytest.raises(CannotProve, match="is not what it was signed over"):
            await prove_entry(context.ledger, folder, "m1", 2)
        path.unlink()
        with pytest.raises(CannotProve, match="is not in"):
            await prove_entry(context.ledger, folder, "m1", 2)
