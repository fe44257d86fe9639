"""A till pays with points through the API: exact money, and only services pay."""

from typing import Any

from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from tests.resolvers.conftest import Desk, member_id
from tests.support.people import AGENT, SERVICE, as_member, buy
from tests.support.unchanged import unchanged

FIELDS = """payment { id points status reference expiresAt amount { amount currency } basket { amount }
    captured { points amount { amount } } returned { points amount { amount } } }
    balance { available held } returned { points extended lost extendedUntil } errors { code path }"""


async def mutate(ask: Desk, name: str, **input: Any) -> Any:
    type = f"{name[0].upper()}{name[1:]}Input!"
    document = f"mutation($input: {type}) {{ {name}(input: $input) {{ {FIELDS} }} }}"
    return (await ask.data(SERVICE, document, input={"idempotencyKey": name} | input))[name]


async def pay(ask: Desk, member: Member, **input: Any) -> Any:
    asked = {"member": {"id": member_id(member)}, "basket": "3.00", "reference": "basket-7"} | input
    return await mutate(ask, "payWithPoints", **asked)


class TestPayments:
    async def test_pay_capture_and_return_in_part(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "500.00", id="o1")
        begun = await pay(ask, ada)
        id = begun["payment"].pop("id")
        assert begun == {
            "payment": {
                "points": 300,
                "status": "HELD",
                "reference": "basket-7",
                "expiresAt": "2026-06-15T12:15:00.000Z",
                "amount": {"amount": "3.00", "currency": "USD"},
                "basket": {"amount": "3.00"},
                "captured": None,
                "returned": {"points": 0, "amount": {"amount": "0.00"}},
            },
            "balance": {"available": 200, "held": 300},
            "returned": None,
            "errors": [],
        }
        spent = await mutate(ask, "capturePayment", paymentId=id, amount="2.50")
        assert spent["payment"]["captured"] == {"points": 250, "amount": {"amount": "2.50"}}
        assert spent["balance"] == {"available": 250, "held": 0}
        back = await mutate(ask, "returnPayment", paymentId=id, amount="1.00")
        assert back["returned"] == {"points": 100, "extended": 0, "lost": 0, "extendedUntil": None}
        assert back["payment"]["returned"] == {"points": 100, "amount": {"amount": "1.00"}}
        assert (back["payment"]["status"], back["balance"]["available"]) == ("CAPTURED", 350)

    async def test_release(self, context: Context, ask: Desk, ada: Member) -> None:
        await buy(context, ada, "500.00", id="o1")
        begun = await pay(ask, ada)
        answer = await mutate(ask, "releasePayment", paymentId=begun["payment"]["id"])
        assert (answer["payment"]["status"], answer["balance"]["available"]) == ("RELEASED", 500)

    async def test_the_member_staff_and_services_read_it_and_nobody_else(
        self, context: Context, ask: Desk, ada: Member, bob: Member
    ) -> None:
        await buy(context, ada, "500.00", id="o1")
        id = (await pay(ask, ada))["payment"]["id"]
        document = "query($id: ID!) { payment(id: $id) { id member { id } } node(id: $id) { id } }"
        seen = {"payment": {"id": id, "member": {"id": member_id(ada)}}, "node": {"id": id}}
        for reader in (as_member(ada), AGENT, SERVICE):
            assert await ask.data(reader, document, id=id) == seen
        assert await ask.refusals(as_member(bob), document, id=id) == [
            ("FORBIDDEN", "payment"),
            ("FORBIDDEN", "node"),
        ]
        entries = "query($id: ID!) { payment(id: $id) { entries { kind points reference } } }"
        shown = (await ask.data(as_member(ada), entries, id=id))["payment"]["entries"]
        assert [(entry["kind"], entry["points"]) for entry in shown] == [("HOLD", -300)]

    async def test_ids_that_name_no_payment_are_refused_and_change_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        for id in ("x", global_id("Payment", ada.id, "none"), member_id(ada)):
            for name in ("capturePayment", "releasePayment", "returnPayment"):
                async with unchanged(database):
                    answer = await mutate(ask, name, paymentId=id)
                assert answer["errors"] == [{"code": "NOT_FOUND", "path": ["paymentId"]}]
            assert (await ask.data(SERVICE, "query($id: ID!) { payment(id: $id) { id } }", id=id)) == {
                "payment": None
            }
