"""What came in was sent by someone: as much, in the same currency, under the key that it names."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.ledger.entry import Entry
from domain.members.lookup import MemberLookup
from domain.program.policies import Transfers
from mongo.client import Database
from services.context import Context
from services.ledger.transfer_points import TransferPoints, transfer_points
from services.ledger.verify_ledger import verify_ledger
from services.ledger.verify_report import Violation
from services.program.publish_program import publish_program
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.programs import a_program
from tests.support.roots import forge, forget
from tests.support.working import post

ADA, BOB = a_member(1), a_member(2)


@pytest.fixture
async def ledger(context: Context) -> Context:
    """Ada has sent Bob three times 10 of her 100 points."""
    await publish_program(context, SYSTEM, a_program(transfers=Transfers()))
    await context.members.insert_many([ADA, BOB])
    await post(context, ADA.id, earning(100))
    for number in range(3):
        command = TransferPoints(ADA.id, MemberLookup(id=BOB.id), 10, f"t{number}")
        assert isinstance(await transfer_points(context, Actor(ActorKind.MEMBER, ADA.id), command), Entry)
    return context


async def found(context: Context) -> list[Violation]:
    return (await verify_ledger(context)).violations


class TestVerifyTransfers:
    async def test_what_was_sent_and_came_is_sound(self, ledger: Context) -> None:
        assert await found(ledger) == []
        assert (await ledger.ledger.head(BOB.id)).after.account("POINTS").received == 30

    @pytest.mark.parametrize(
        "attack",
        [
            lambda database: forget(database, ADA.id, above=3),
            lambda database: forge(database, ADA.id, 4, key="client:member:other"),
            lambda database: forge(database, BOB.id, 3, key=f"in:{BOB.id}:client:1"),
            lambda database: forge(database, BOB.id, 3, key="in:nobody"),
        ],
    )
    async def test_what_came_from_nobody_is_found_though_both_chains_are_whole(
        self, ledger: Context, database: Database, attack: Callable[[Database], Awaitable[Any]]
    ) -> None:
        await attack(database)
        assert await found(ledger) == [Violation(BOB.id, 3, "10 points came in that nobody sent")]

    @pytest.mark.parametrize("at_once", [1, 2])
    async def test_what_came_to_one_member_is_looked_for_a_few_at_a_time(
        self, ledger: Context, database: Database, monkeypatch: pytest.MonkeyPatch, at_once: int
    ) -> None:
        asked: list[int] = []
        sent = ledger.ledger.sent

        async def counted(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, int]]:
            keys = list(keys)
            asked.append(len(keys))
            return await sent(keys)

        monkeypatch.setattr("services.ledger.verify_transfers._AT_ONCE", at_once)
        monkeypatch.setattr(ledger.ledger, "sent", counted)
        await forge(database, BOB.id, 3, key="in:nobody")
        assert [(violation.member, violation.seq) for violation in await found(ledger)] == [(BOB.id, 3)]
        assert asked == [[1, 1, 1], [2, 1]][at_once - 1]
