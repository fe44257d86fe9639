"""Vouchers of earlier builds: a redemption had one, and nobody kept its code as people type it."""

from datetime import timedelta
from typing import Any

import pytest

from domain.rewards.redemption import RedemptionStatus, Voucher
from domain.rewards.voucher_use import Used
from mongo.client import Database
from mongo.migrate import REVISION, migrate, revision
from services.context import Context
from services.rewards.list_redemptions import list_redemptions
from services.rewards.use_voucher import UseVoucher, use_voucher
from tests.support.house import Clock
from tests.support.ledger import NOW
from tests.support.unchanged import everything

# Twelve letters without a check symbol, as they were made then.
CODE = "8KQ2-71ZX-AAB4"
ENDS = NOW + timedelta(days=30)


def a_row(id: str, **more: Any) -> dict[str, Any]:
    row = {"_id": id, "member": "ann", "reward": "coffee", "quantity": 1, "points": 150, "status": "ISSUED"}
    return row | {"seq": 1, "key": f"client:{id}", "createdAt": NOW, "updatedAt": NOW} | more


def a_voucher(code: str = CODE) -> dict[str, Any]:
    return {"code": code, "expiresAt": ENDS, "usedAt": None}


async def build_of_then(database: Database, revision: int, **more: Any) -> None:
    """The database as a build of then left it: a redemption with that voucher, and one without any."""
    await database["redemptions"].insert_many([a_row("r1", **more), a_row("r2")])
    await database["redemptions"].drop_index("vouchers_bare")
    old = "voucher.code" if revision < 6 else "vouchers.code"
    await database["redemptions"].create_index(
        [(old, 1)],
        name=old.replace(".", "_"),
        unique=True,
        partialFilterExpression={old: {"$exists": True}},
    )
    await database["meta"].update_one({"_id": "schema"}, {"$set": {"revision": revision}})


@pytest.fixture(params=[(5, {"voucher": a_voucher()}), (6, {"vouchers": [a_voucher()]})], ids=["5", "6"])
async def migrated(request: pytest.FixtureRequest, context: Context, database: Database) -> None:
    number, row = request.param
    await build_of_then(database, number, **row)
    await migrate(database)


@pytest.mark.usefixtures("migrated")
class TestOldVouchers:
    async def test_they_are_listed_as_ever(self, context: Context) -> None:
        page = await list_redemptions(context, "ann")
        assert [(one.id, one.vouchers) for one in page.redemptions] == [("r2", ()), ("r1", (Voucher(CODE, ENDS),))]

    async def test_they_expire_as_ever(self, context: Context, clock: Clock) -> None:
        clock.now = ENDS
        issued = await list_redemptions(context, "ann", status=RedemptionStatus.ISSUED)
        expired = await list_redemptions(context, "ann", status=RedemptionStatus.EXPIRED)
        assert [one.id for one in issued.redemptions] == ["r2"]
        assert [one.id for one in expired.redemptions] == ["r1"]

    async def test_they_are_used_however_they_are_typed_though_they_have_no_check(self, context: Context) -> None:
        outcome = await use_voucher(context, UseVoucher("8kq2 71zx aab4", "north", "till-7", "1"))
        assert isinstance(outcome, Used)
        assert (outcome.redemption.status, outcome.redemption.revision) == (RedemptionStatus.USED, 1)
        again = await use_voucher(context, UseVoucher(CODE, "north", "till-7", "1"))
        assert isinstance(again, Used)
        assert again.again

    async def test_only_the_index_of_this_build_is_there_and_another_time_changes_nothing(
        self, database: Database
    ) -> None:
        assert await revision(database) == REVISION
        names = await database["redemptions"].index_information()
        assert "vouchers_bare" in names
        assert not {"voucher_code", "vouchers_code"} & names.keys()
        before = await everything(database)
        await migrate(database)
        assert await everything(database) == before
