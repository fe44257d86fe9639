"""Orders in tests: what was bought, delivered and returned, and what the ledger makes of it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.actors import SYSTEM
from domain.earning.events.intake import RecordEvent, RecordLine
from domain.ledger.entry import Entry, Head
from domain.ledger.laws import broken_laws
from domain.ledger.state import Account
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.program.earning import EarningRule
from domain.program.program import Program
from domain.refusals import Refused
from services.context import Context
from services.earning.record_events import Recorded, Result, record_events
from services.ledger.poster import Posted, Posting
from services.ledger.read_states import read_state_as_of
from services.program.publish_program import publish_program
from tests.support.ledger import SHOP, redeeming
from tests.support.members import a_member
from tests.support.programs import SPEND, a_program

AT = datetime(2026, 6, 10, 15, tzinfo=UTC)
MILES = EarningRule("miles", "Miles", ("purchase",), 2, Decimal("3.00"), "MILES")
TWO_CURRENCIES = a_program(earning=(SPEND, MILES))
BREAD = RecordLine("bread", Decimal("10.00"), "BAKERY", quantity=5)
MILK = RecordLine("milk", Decimal("3.00"), "DAIRY", quantity=2)
# 13.00 and once more the 10.00 of bread.
EARNED = 23


async def publish(context: Context, program: Program = TWO_CURRENCIES) -> Member:
    """The programme in force, and a member of it."""
    await publish_program(context, SYSTEM, program)
    member = a_member()
    if await context.members.find(MemberLookup(id=member.id)) is None:
        await context.members.insert(member)
    return member


def event(type: str, id: str, *lines: RecordLine, **changes: Any) -> RecordEvent:
    """An event of the shop."""
    values: dict[str, Any] = {
        "source": "shop",
        "id": id,
        "type": type,
        "member": MemberLookup(external_id="ext-1"),
        "occurred_at": AT,
        "lines": lines,
    }
    return RecordEvent(**(values | changes))


def purchase(id: str = "o1", *lines: RecordLine, **changes: Any) -> RecordEvent:
    """Five loaves and two bottles of milk, or other lines."""
    return event("purchase", id, *(lines or (BREAD, MILK)), **changes)


def delivery(id: str = "d1", order: str = "o1", **changes: Any) -> RecordEvent:
    """The order has arrived."""
    return event("delivery", id, attributes={"order": order}, **changes)


def refund(id: str = "r1", *lines: RecordLine, order: str = "o1", **changes: Any) -> RecordEvent:
    """Lines of the order came back; everything when none are named."""
    later = {"attributes": {"order": order}, "occurred_at": AT + timedelta(days=1)}
    return event("refund", id, *lines, **(later | changes))


def loaves(quantity: int) -> RecordLine:
    """Some of the bread, at its price."""
    return BREAD._replace(quantity=quantity, amount=Decimal("2.00") * quantity)


async def answers(context: Context, *events: RecordEvent, backdated: bool = False) -> list[Result]:
    """What each event is answered."""
    return await record_events(context, SHOP, events, backdated=backdated)


async def record(context: Context, *events: RecordEvent, backdated: bool = False) -> list[Entry]:
    """The entries of all events, none of which is refused."""
    results = await answers(context, *events, backdated=backdated)
    assert all(isinstance(result, Recorded) for result in results), results
    return [entry for result in results if isinstance(result, Recorded) for entry in result.entries]


def refusals(results: list[Result]) -> list[tuple[str, tuple[str, ...]] | None]:
    """The code and path of each refusal; None for what was accepted."""
    return [(one.code.value, one.path) if isinstance(one, Refused) else None for one in results]


async def spend(context: Context, member: Member, points: int) -> bool:
    """Whether the member could redeem points."""
    key = f"client:spend:{points}"
    outcome = await context.poster.post(Posting(member.id, key, "0" * 32, redeeming(points, key=key)))
    return isinstance(outcome, Posted)


async def account(context: Context, member: Member, currency: str = "POINTS") -> Account:
    """The member's account as it counts now."""
    return (await read_state_as_of(context, member.id, context.clock())).state.account(currency)


async def entries_of(context: Context, member: Member) -> list[Entry]:
    """All entries of the member, each of which keeps the laws."""
    entries = await context.ledger.since(member.id, 0)
    head = Head(member.id)
    for entry in entries:
        assert list(broken_laws(head, entry)) == []
        head = Head.of(entry)
    return entries
