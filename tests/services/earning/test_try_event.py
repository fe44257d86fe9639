"""What an event would give: exactly what it gives when it comes, and nothing is written."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain.earning.events.intake import RecordEvent, RecordLine
from domain.members.lookup import MemberLookup
from domain.program.earning import Cap, CapOf, CapPeriod, EarningRule, Schedule
from domain.program.engagement import Badge, Challenge, Counter, Counts
from domain.refusals import Refused
from mongo.client import Database
from services.context import Context
from services.earning.try_event import Trial, try_event
from tests.support.house import Clock
from tests.support.orders import event, publish, purchase, record, refund
from tests.support.programs import SPEND, a_program
from tests.support.unchanged import unchanged

FIRST = EarningRule("first", "Your first", ("purchase",), 50, when="counters.bought == 0")
COFFEES = Challenge(
    "coffees",
    "Three coffees",
    ("purchase",),
    3,
    counts=Counts.UNITS,
    lines='line.category == "COFFEE"',
    points=30,
    repeats=None,
    badge="barista",
)
PROGRAM = a_program(
    earning=(SPEND, FIRST),
    counters=(Counter("bought", ("purchase",)),),
    challenges=(COFFEES,),
    badges=(Badge("barista", "Barista"),),
)
COFFEE = RecordLine("coffee", Decimal("6.00"), "COFFEE", quantity=2)


async def tried(context: Context, command: RecordEvent, *, newcomer: bool = False) -> Trial:
    outcome = await try_event(context, command, newcomer=newcomer)
    assert isinstance(outcome, Trial), outcome
    return outcome


class TestTryEvent:
    async def test_it_gives_what_the_event_gives_when_it_comes(self, context: Context) -> None:
        await publish(context, PROGRAM)
        for id in ("o1", "o2"):
            trial = await tried(context, purchase(id, COFFEE))
            (entry,) = await record(context, purchase(id, COFFEE))
            assert trial.points == (("POINTS", entry.points),)
            assert tuple(one.line for one in trial.findings if one.line) == entry.lines

    async def test_it_tells_how_far_challenges_would_come(self, context: Context) -> None:
        await publish(context, PROGRAM)
        await record(context, purchase("o1", COFFEE))
        (way,) = (await tried(context, purchase("o2", COFFEE))).progress
        assert (way.challenge.code, way.before.done, way.after.done) == ("coffees", 2, 1)
        assert way.after.reached - way.before.reached == 1

    async def test_it_tells_the_badges_and_the_tier_that_would_be_reached(self, context: Context) -> None:
        await publish(context, PROGRAM)
        trial = await tried(context, purchase("o1", COFFEE._replace(quantity=3, amount=Decimal("1500.00"))))
        assert trial.judgement.badges == ("barista",)
        assert (trial.before.code, trial.after.code) == ("bronze", "silver")

    async def test_somebody_new_has_done_nothing_yet(self, context: Context) -> None:
        await publish(context, PROGRAM)
        await record(context, purchase("o1"))
        command = purchase("o2", member=MemberLookup(external_id="nobody"))
        assert (await tried(context, command, newcomer=True)).points == (("POINTS", 73),)
        assert (await tried(context, purchase("o2"))).points == (("POINTS", 23),)

    async def test_an_offer_can_be_tried_before_it_begins(self, context: Context, clock: Clock) -> None:
        soon = clock.now + timedelta(days=30)
        rule = EarningRule("soon", "Soon", ("purchase",), 5, schedule=Schedule(begins=soon))
        await publish(context, a_program(earning=(rule,)))
        assert (await tried(context, purchase())).points == ()
        assert (await tried(context, purchase(occurred_at=soon))).points == (("POINTS", 5),)

    async def test_what_lies_beyond_ten_years_is_refused(self, context: Context, clock: Clock) -> None:
        await publish(context, PROGRAM)
        for at in (clock.now + timedelta(days=3_700), datetime(9999, 12, 31, 23, tzinfo=UTC)):
            outcome = await try_event(context, purchase(occurred_at=at))
            assert isinstance(outcome, Refused)
            assert outcome.path == ("occurredAt",)

    async def test_a_budget_leaves_what_is_left_of_it_now(self, context: Context) -> None:
        cap = Cap(30, CapPeriod.EVER, CapOf.EVERYONE)
        await publish(context, a_program(earning=(EarningRule("gift", "Gift", ("purchase",), 20, caps=(cap,)),)))
        await record(context, purchase("o1"))
        trial = await tried(context, purchase("o2"))
        (finding,) = trial.findings
        assert finding.line
        assert (finding.points, finding.line.wanted, finding.line.caps) == (
            10,
            20,
            ("rule:gift/ever/everyone",),
        )

    async def test_another_programme_can_be_tried(self, context: Context) -> None:
        await publish(context, PROGRAM)
        other = a_program(earning=(EarningRule("new", "New", ("purchase",), 7),), version=0)
        outcome = await try_event(context, purchase(), program=other)
        assert isinstance(outcome, Trial)
        assert outcome.points == (("POINTS", 7),)

    async def test_it_writes_nothing(self, context: Context, database: Database) -> None:
        await publish(context, PROGRAM)
        async with unchanged(database):
            await tried(context, purchase("o1", COFFEE))

    async def test_what_is_no_event_is_refused_as_it_would_be(self, context: Context) -> None:
        await publish(context, PROGRAM)
        for command, path in (
            (event("purchase", "o1", member=MemberLookup(external_id="nobody")), ("member",)),
            (purchase(currency="EUR"), ("currency",)),
            (event("tier.reached", "o1"), ("type",)),
            (refund(), ("type",)),
        ):
            outcome = await try_event(context, command)
            assert isinstance(outcome, Refused)
            assert outcome.path == path
