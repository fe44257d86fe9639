"""What each rule made of an event: what stands is the truth, and what gave nothing says why."""

from dataclasses import replace
from datetime import UTC, date, datetime

from domain.earning.events.event import Event
from domain.earning.explain import cap_words, findings, name_of
from domain.earning.facts.circumstances import Circumstances, Person
from domain.earning.judging.judge import judge
from domain.earning.judging.judgement import Judgement, Miss, MissReason
from domain.ledger.entry import AwardLine
from domain.ledger.state import EMPTY_STATE
from domain.program.earning import Campaign, Cap, CapOf, CapPeriod, EarningRule
from domain.program.engagement import Challenge
from domain.program.program import Program
from tests.support.programs import BRONZE, REVIEW, SPEND, a_program

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
LARGE = EarningRule("large", "Large baskets", ("purchase",), 50, when="event.amount >= 5000")
PROGRAM = a_program(
    earning=(SPEND, LARGE, REVIEW), challenges=(Challenge("two", "Two of them", ("purchase",), 2),)
)


def judged(program: Program = PROGRAM, *, others: bool = False, cents: int = 1250) -> Judgement:
    event = Event("shop", "1", "purchase", "ann", NOON, amount_minor=cents)
    person = Person(date(2026, 1, 1))
    return judge(Circumstances(program, event, EMPTY_STATE, person, BRONZE), others=others)


class TestFindings:
    def test_what_fired_and_what_did_not_are_in_the_order_of_the_programme(self) -> None:
        spend, large = findings(PROGRAM, judged())
        assert (spend.rule, spend.name, spend.currency, spend.points, spend.miss) == (
            "spend",
            "Spend",
            "POINTS",
            12,
            None,
        )
        assert (large.rule, large.name, large.points, large.line) == ("large", "Large baskets", 0, None)
        assert large.miss == Miss(
            "large", MissReason.CONDITION, "needs event.amount >= 5000: event.amount is 1250"
        )

    def test_rules_for_other_events_are_told_only_when_asked_for(self) -> None:
        asked = {one.rule: one.miss for one in findings(PROGRAM, judged(others=True))}
        assert asked["review"] == Miss("review", MissReason.EVENT_TYPE, "is for review")
        assert "review" not in {one.rule for one in findings(PROGRAM, judged())}

    def test_what_stands_is_the_truth_whatever_is_judged_now(self) -> None:
        line = AwardLine("large", 3, 50, "because")
        spend, large = findings(PROGRAM, judged(), [("POINTS", line)])
        assert large.line == line
        assert spend.miss == Miss("spend", MissReason.NOTHING, "gave nothing then, though now it would give 12")

    def test_a_rule_without_a_line_that_a_budget_bounds_was_cut_to_nothing_by_it(self) -> None:
        campaign = Campaign("june", "June", caps=(Cap(10, CapPeriod.EVER, CapOf.EVERYONE),))
        program = a_program(earning=(replace(SPEND, campaign="june"),), campaigns=(campaign,))
        (spend,) = findings(program, judged(program), [])
        assert spend.miss == Miss(
            "spend", MissReason.CAP, "no more than 10 in all for everyone by this campaign: nothing was left"
        )

    def test_nothing_of_an_event_that_nothing_looks_at(self) -> None:
        assert findings(PROGRAM, Judgement(()), []) == ()


class TestNames:
    def test_the_programme_names_its_parts(self) -> None:
        assert name_of(PROGRAM, "review") == "Review"
        assert name_of(PROGRAM, "challenge:two") == "Two of them"
        assert name_of(PROGRAM, "tier:gold") == "Gold"
        assert name_of(PROGRAM, "tier-gift:gold") == "Gold"

    def test_what_it_has_no_more_goes_by_its_code(self) -> None:
        assert name_of(PROGRAM, "gone") == "gone"
        assert name_of(PROGRAM, "challenge:gone") == "challenge:gone"

    def test_a_cap_says_what_it_leaves(self) -> None:
        daily = replace(SPEND, caps=(Cap(50, CapPeriod.DAY),))
        program = a_program(earning=(daily,), caps=(Cap(90, CapPeriod.EVER, CapOf.EVERYONE),))
        assert cap_words(program, "rule:spend/day") == "no more than 50 a day by this rule"
        everyone = "no more than 90 in all for everyone by the programme"
        assert cap_words(program, "program:POINTS/ever/everyone") == everyone
        assert cap_words(program, "rule:gone/day") == "rule:gone/day"
