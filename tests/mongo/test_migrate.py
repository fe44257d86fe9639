"""A database of an earlier build becomes one of this."""

from mongo.client import Database
from mongo.ledger import RARE, Ledger
from mongo.migrate import migrate

OLD = ["ADJUST", "CAPTURE", "EXTEND", "HOLD", "REINSTATE", "REVERSE", "TRANSFER_IN", "TRANSFER_OUT", "VOID"]


class TestIndexes:
    async def test_the_index_over_rare_kinds_of_before_there_were_tiers_is_replaced(
        self, database: Database
    ) -> None:
        entries = database["entries"]
        await entries.drop_index(RARE)
        await entries.create_index(
            [("member", 1), ("kind", 1), ("seq", -1)],
            name="member_rare_kinds",
            partialFilterExpression={"kind": {"$in": OLD}},
        )

        await migrate(database)

        names = await entries.index_information()
        assert RARE in names
        assert "member_rare_kinds" not in names
        assert await Ledger(database).marks("ann", first=1) == []
