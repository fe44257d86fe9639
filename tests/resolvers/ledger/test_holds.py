"""Setting aside, spending and giving back: exact answers, once a key, and refusals that change nothing."""

from typing import Any

from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from tests.resolvers.conftest import Desk
from tests.support.house import Clock
from tests.support.people import AGENT, SERVICE, as_member, buy
from tests.support.unchanged import unchanged

PAYLOAD = """hold { id points status expiresAt reference } balance { available revision }
    errors { __typename code path ... on InsufficientPoints { required available } }"""
HOLD = f"mutation($input: HoldPointsInput!) {{ holdPoints(input: $input) {{ {PAYLOAD} }} }}"
CAPTURE = f"mutation($input: CapturePointsInput!) {{ capturePoints(input: $input) {{ {PAYLOAD} }} }}"
VOID = f"mutation($input: VoidHoldInput!) {{ voidHold(input: $input) {{ {PAYLOAD} }} }}"
NODE = "query($id: ID!) { node(id: $id) { ... on Hold { points status reference } } }"


async def hold(ask: Desk, points: int = 60, **input: Any) -> Any:
    asked = {"member": {"externalId": "crm-ada"}, "points": points, "idempotencyKey": "h"} | input
    return (await ask.data(SERVICE, HOLD, input=asked))["holdPoints"]


async def capture(ask: Desk, id: str, **input: Any) -> Any:
    asked = {"holdId": id, "idempotencyKey": "c"} | input
    return (await ask.data(SERVICE, CAPTURE, input=asked))["capturePoints"]


async def void(ask: Desk, id: str, **input: Any) -> Any:
    return (await ask.data(SERVICE, VOID, input={"holdId": id, "idempotencyKey": "v"} | input))["voidHold"]


async def status(ask: Desk, id: str) -> str:
    return str((await ask.data(SERVICE, NODE, id=id))["node"]["status"])


class TestHolds:
    async def test_points_are_set_aside_and_a_part_of_them_is_spent(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await buy(context, ada, "100.00", id="o1")
        held = await hold(ask, reference="basket-7")
        id = global_id("Hold", ada.id, 2)
        opened = {
            "id": id,
            "points": 60,
            "status": "OPEN",
            "expiresAt": "2026-06-15T12:15:00.000Z",
            "reference": "basket-7",
        }
        assert held == {"hold": opened, "balance": {"available": 40, "revision": 2}, "errors": []}
        captured = await capture(ask, id, points=25)
        assert captured == {
            "hold": opened | {"status": "CAPTURED"},
            "balance": {"available": 75, "revision": 3},
            "errors": [],
        }
        assert await hold(ask, reference="basket-7") == captured

    async def test_all_of_it_is_given_back(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "100.00", id="o1")
        id = (await hold(ask))["hold"]["id"]
        voided = await void(ask, id)
        assert (voided["hold"]["status"], voided["balance"]) == ("VOIDED", {"available": 100, "revision": 3})

    async def test_by_its_id_its_owner_staff_and_services_see_what_has_become_of_it(
        self, context: Context, ask: Desk, ada: Member, clock: Clock
    ) -> None:
        await buy(context, ada, "100.00", id="o1")
        ids = [(await hold(ask, 10, idempotencyKey=f"h{n}"))["hold"]["id"] for n in range(3)]
        await capture(ask, ids[0])
        await void(ask, ids[1])
        for reader in (SERVICE, AGENT, as_member(ada)):
            read = [(await ask.data(reader, NODE, id=id))["node"]["status"] for id in ids]
            assert read == ["CAPTURED", "VOIDED", "OPEN"]
        clock.advance(minutes=15)
        assert await status(ask, ids[2]) == "EXPIRED"
        await hold(ask, 10, idempotencyKey="later")
        assert await status(ask, ids[2]) == "EXPIRED"
        purchase = await ask.data(SERVICE, NODE, id=global_id("Hold", ada.id, 1))
        assert purchase == {"node": None}

    async def test_refusals_change_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await buy(context, ada, "100.00", id="o1")
        id = (await hold(ask, 10))["hold"]["id"]
        done = (await hold(ask, 10, idempotencyKey="done"))["hold"]["id"]
        await capture(ask, done)
        unknown = [global_id("Hold", ada.id, 1), global_id("Hold", ada.id, 99), global_id("Entry", ada.id, 2), "x"]
        async with unchanged(database):
            refused = [
                (await hold(ask, 81, idempotencyKey="n"), "INSUFFICIENT_POINTS", None),
                (await hold(ask, 11), "IDEMPOTENCY_CONFLICT", ["idempotencyKey"]),
                (await hold(ask, 0, idempotencyKey="n"), "INVALID_INPUT", ["points"]),
                (await hold(ask, member={"cardNumber": "1"}, idempotencyKey="n"), "NOT_FOUND", ["member"]),
                (await hold(ask, expiresInSeconds=0, idempotencyKey="n"), "INVALID_INPUT", ["expiresInSeconds"]),
                (await capture(ask, id, points=11, idempotencyKey="n"), "INVALID_INPUT", ["points"]),
                (await capture(ask, done, idempotencyKey="n"), "HOLD_NOT_OPEN", ["holdId"]),
                (await void(ask, done), "HOLD_NOT_OPEN", ["holdId"]),
                *[(await capture(ask, other), "NOT_FOUND", ["holdId"]) for other in unknown],
                *[(await void(ask, other), "NOT_FOUND", ["holdId"]) for other in unknown],
            ]
        for answer, code, path in refused:
            (error,) = answer.pop("errors")
            assert answer == {"hold": None, "balance": None}
            assert (error["code"], error["path"]) == (code, path)
