"""Who asks in tests, and what has happened to them."""

from datetime import datetime
from decimal import Decimal

from domain.actors import Actor, ActorKind, Role
from domain.earning.events.intake import RecordEvent, RecordLine
from domain.ledger.entry import Entry
from domain.members.enrol import Enrol
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from services.context import Context
from services.earning.record_events import Recorded, record_events
from services.identity import ANONYMOUS, Identity
from services.members.enrol_members import Enrolled, enrol_members

SHOP = Actor(ActorKind.SERVICE, "shop")
NOBODY = ANONYMOUS
SERVICE = Identity("shop", frozenset({Role.SERVICE}))
AGENT = Identity("agent-1", frozenset({Role.AGENT}), name="Grace Agent")
SUPERVISOR = Identity("super-1", frozenset({Role.SUPERVISOR}), name="Sue Pervisor")
ADMIN = Identity("admin-1", frozenset({Role.ADMIN}))
ROLELESS = Identity("someone", frozenset())


def as_member(member: Member) -> Identity:
    """The token of a member."""
    return Identity(member.id, frozenset({Role.MEMBER}), member_id=member.id)


async def enrol(context: Context, *names: str) -> list[Member]:
    """Members who stand for these given names, in their order."""
    commands = [
        Enrol(f"crm-{name.lower()}", given_name=name, family_name="Lovelace", email=f"{name}@example.com")
        for name in names
    ]
    outcomes = await enrol_members(context, SHOP, commands)
    return [outcome.member for outcome in outcomes if isinstance(outcome, Enrolled)]


async def buy(context: Context, member: Member, amount: str, *, id: str, at: datetime | None = None) -> Entry:
    """A purchase of one line; backdated when `at` is given."""
    line = RecordLine("sku", Decimal(amount), category="GROCERY")
    event = RecordEvent(
        source="shop",
        id=id,
        type="purchase",
        member=MemberLookup(id=member.id),
        occurred_at=at or context.clock(),
        amount=Decimal(amount),
        lines=(line,),
    )
    (recorded,) = await record_events(context, SHOP, [event], backdated=at is not None)
    assert isinstance(recorded, Recorded), recorded
    return recorded.entries[0]
