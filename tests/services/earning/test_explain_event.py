"""Why an event gave what it gave: in the circumstances of then, whatever has happened since."""

from datetime import timedelta
from decimal import Decimal

from domain.actors import SYSTEM
from domain.earning.judging.judgement import MissReason
from domain.program.earning import Cap, CapOf, CapPeriod, EarningRule
from domain.program.engagement import Counter
from mongo.client import Database
from services.context import Context
from services.earning.explain_event import Explained, explain_event
from services.program.publish_program import publish_program
from tests.support.house import Clock
from tests.support.orders import AT, MILES, answers, event, loaves, publish, purchase, record, refund, refusals
from tests.support.programs import REVIEW, SPEND, a_program
from tests.support.unchanged import unchanged

FIRST = EarningRule("first", "Your first", ("purchase",), 50, when="counters.bought == 0")
PROGRAM = a_program(earning=(SPEND, FIRST, REVIEW), counters=(Counter("bought", ("purchase",)),))


async def explained(context: Context, id: str, *, others: bool = False) -> Explained:
    found = await explain_event(context, "shop", id, others=others)
    assert found is not None
    return found


def said(found: Explained) -> dict[str, int | MissReason]:
    """What each rule gave, or why it did not."""
    return {one.rule: one.miss.reason if one.miss else one.points for one in found.findings}


def told(found: Explained) -> dict[str, tuple[int, str]]:
    """What each rule gave, and why."""
    return {one.rule: (one.points, one.line.because) for one in found.findings if one.line}


class TestExplainEvent:
    async def test_an_event_is_judged_by_the_state_before_it_whatever_came_since(self, context: Context) -> None:
        await publish(context, PROGRAM)
        await record(context, purchase("o1"))
        await record(context, purchase("o2"), purchase("o3"))
        assert said(await explained(context, "o1")) == {"spend": 23, "first": 50}
        assert said(await explained(context, "o2")) == {"spend": 23, "first": MissReason.CONDITION}
        miss = (await explained(context, "o3")).findings[1].miss
        assert miss
        assert miss.text == "needs counters.bought == 0: counters.bought is 2"

    async def test_by_the_version_that_gave_it_whatever_is_in_force_now(
        self, context: Context, clock: Clock
    ) -> None:
        await publish(context, PROGRAM)
        (entry,) = await record(context, purchase("o1"))
        clock.advance(days=1)
        await publish_program(context, SYSTEM, a_program(earning=(REVIEW,)))
        found = await explained(context, "o1")
        assert found.program.version == entry.lines[0].version
        assert said(found) == {"spend": 23, "first": 50}
        assert found.entries == (entry,)

    async def test_an_event_that_wrote_nothing_is_judged_by_the_version_and_the_state_of_its_recording(
        self, context: Context, clock: Clock
    ) -> None:
        await publish(context, a_program(earning=(SPEND, REVIEW)))
        await record(context, event("review", "v1", occurred_at=AT))
        assert await record(context, event("visit", "w1")) == []
        clock.advance(days=1)
        await publish_program(context, SYSTEM, a_program(earning=(EarningRule("w", "W", ("visit",), 5),)))
        clock.advance(days=1)
        found = await explained(context, "w1", others=True)
        assert (found.entries, said(found)) == (
            (),
            {"spend": MissReason.EVENT_TYPE, "review": MissReason.EVENT_TYPE},
        )

    async def test_a_budget_that_was_used_up_then_is_why_also_when_there_is_room_now(
        self, context: Context
    ) -> None:
        budget = (Cap(20, CapPeriod.EVER, CapOf.EVERYONE),)
        rule = EarningRule("gift", "A gift", ("purchase",), 20, caps=budget)
        await publish(context, a_program(earning=(rule,)))
        await record(context, purchase("o1"))
        await record(context, purchase("o2"))
        await record(context, refund("r1", order="o1"))
        assert said(await explained(context, "o1")) == {"gift": 20}
        assert said(await explained(context, "o2")) == {"gift": MissReason.CAP}

    async def test_a_refund_says_what_each_rule_gives_for_what_was_kept_before_it_and_after(
        self, context: Context, clock: Clock
    ) -> None:
        await publish(context, a_program(earning=(SPEND, FIRST, MILES), counters=PROGRAM.counters))
        await record(context, purchase("o1"))
        entries = [await record(context, refund("r1", loaves(2))), await record(context, refund("r2"))]
        clock.advance(days=1)
        await publish_program(context, SYSTEM, a_program(earning=(REVIEW, MILES)))
        part, rest = await explained(context, "r1"), await explained(context, "r2")
        assert (part.entries, rest.entries) == tuple(map(tuple, entries))
        assert part.program.version == rest.program.version == entries[0][0].lines[0].version
        bread = "9.00 USD at 1 point for each 1.00; BAKERY 6.00 counts ×2: 15"
        assert told(part) == {
            "spend": (-8, f"23 for all of it; 15 for what is kept: {bread}"),
            "first": (0, "50 for all of it; 50 for what is kept: 50 points for each purchase"),
            "miles": (-2, "8 for all of it; 6 for what is kept: 9.00 USD at 2 points for each 3.00: 6"),
        }
        assert told(rest) == {
            "spend": (-15, "15 for what was kept so far; nothing is kept"),
            "first": (-50, "50 for what was kept so far; nothing is kept"),
            "miles": (-6, "6 for what was kept so far; nothing is kept"),
        }
        for found in (part, rest):
            reversed_ = {entry.currency: -sum(line.points for line in entry.lines) for entry in found.entries}
            by_rule = {one.rule: -one.points for one in found.findings}
            assert reversed_ == {"POINTS": by_rule["spend"] + by_rule["first"], "MILES": by_rule["miles"]}

    async def test_a_refund_of_what_gave_nothing_has_no_rules(self, context: Context) -> None:
        await publish(context, a_program(earning=(REVIEW,)))
        await record(context, purchase("o1"))
        assert await record(context, refund("r1")) == []
        found = await explained(context, "r1")
        assert (found.findings, found.entries) == ((), ())

    async def test_what_was_never_recorded_has_no_explanation(self, context: Context) -> None:
        await publish(context, PROGRAM)
        wrong = purchase("o9", occurred_at=AT + timedelta(days=365))
        assert refusals(await answers(context, wrong)) == [("INVALID_INPUT", ("occurredAt",))]
        assert await explain_event(context, "shop", "o9") is None

    async def test_it_writes_nothing(self, context: Context, database: Database) -> None:
        await publish(context, PROGRAM)
        await record(context, purchase("o1", amount=Decimal("3.00")))
        async with unchanged(database):
            await explained(context, "o1")
