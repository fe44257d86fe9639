"""Fingerprints tell whether two are the same, and nothing else."""

from domain.members.hints import Hints
from mongo.client import Database
from mongo.fingerprints import Fingerprints


def devices(*names: str) -> Hints:
    return Hints(frozenset(names))


class TestFingerprints:
    async def test_the_same_hint_has_the_same_one_in_every_process_and_another_as_another_kind(
        self, database: Database
    ) -> None:
        (one,), (other,) = [await Fingerprints(database).of([devices("x")]) for _ in range(2)]
        assert one == other
        (payment,) = await Fingerprints(database).of([Hints(payments=frozenset({"x"}))])
        assert one.devices.isdisjoint(payment.payments)

    async def test_another_database_has_others(self, database: Database) -> None:
        another = database.client[f"{database.name}_2"]
        try:
            (one,), (other,) = [await Fingerprints(each).of([devices("x")]) for each in (database, another)]
        finally:
            await database.client.drop_database(another.name)
        assert one.devices.isdisjoint(other.devices)

    async def test_the_newest_five_are_kept_each_once(self, database: Database) -> None:
        prints = Fingerprints(database)
        for name in "abcdefa":
            await prints.add([("ann", devices(name)), ("bob", devices("a"))])
        (newest,) = await prints.of([devices(*"cdefa")])
        (first,) = await prints.of([devices("a")])
        assert await prints.get_many(["ann", "bob", "cy"]) == {"ann": newest, "bob": first}

    async def test_nothing_seen_is_nothing_kept(self, database: Database) -> None:
        await Fingerprints(database).add([])
        assert await database["fingerprints"].count_documents({}) == 0
