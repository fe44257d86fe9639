from decimal import Decimal
from typing import Any

import pytest

from domain.earning.events.event import Event
from domain.earning.judging.judgement import MissReason
from domain.program.earning import EarningRule, Rounding
from domain.program.program import Program
from tests.support.judging import a_line, an_event, judged, missed, points_of, why
from tests.support.programs import SPEND, a_program

COFFEE = a_line("latte", 900, "COFFEE", 2)
CAKE = a_line("cake", 350, "BAKERY")
BASKET = an_event("purchase", lines=(COFFEE, CAKE))


def rule(code: str = "r", **more: Any) -> EarningRule:
    return EarningRule(code, code.title(), more.pop("on", ("purchase",)), **more)


def of(*rules: EarningRule) -> Program:
    return a_program(earning=rules)


class TestWhole:
    @pytest.mark.parametrize(("amount", "points"), [(499, 0), (500, 3), (999, 3), (1_000, 6), (5_250, 30)])
    def test_only_each_whole_stretch_of_money_counts(self, amount: int, points: int) -> None:
        program = of(rule(points=3, per=Decimal("5.00"), whole=True))
        assert points_of(judged(program, an_event("purchase", amount))).get("r", 0) == points

    def test_it_says_how_often(self) -> None:
        program = of(rule(points=5, per=Decimal("5.00"), whole=True))
        assert why(judged(program, BASKET), "r") == "12.50 USD at 5 points for each whole 5.00: 2 × 5 = 10"


class TestUnits:
    def test_each_piece_bought_counts(self) -> None:
        judgement = judged(of(rule(points=5, each_unit=True)), BASKET)
        assert (points_of(judgement), why(judgement, "r")) == ({"r": 15}, "3 units at 5 points each: 15")

    def test_only_of_lines_that_fit(self) -> None:
        program = of(rule(points=5, each_unit=True, lines="line.category == 'COFFEE'"))
        assert why(judged(program, BASKET), "r") == "2 units at 5 points each: 10"
        miss = missed(judged(program, an_event("purchase", lines=(CAKE,))), "r")
        assert miss[1:] == (MissReason.NOTHING, "needs a line with line.category == 'COFFEE'")


class TestLines:
    PROGRAM = of(rule(points=1, per=Decimal("1.00"), lines="line.category != 'BAKERY'"))

    def test_money_of_other_lines_earns_nothing(self) -> None:
        assert why(judged(self.PROGRAM, BASKET), "r") == "9.00 of 12.50 USD at 1 point for each 1.00: 9"

    def test_a_discount_on_the_basket_lowers_those_that_count_in_proportion(self) -> None:
        event = an_event("purchase", 1_000, lines=(COFFEE, CAKE))
        assert why(judged(self.PROGRAM, event), "r") == (
            "9.00 of 10.00 USD at 1 point for each 1.00; of lines of 12.50, so each counts in proportion: "
            "7.20 → 7, rounded down"
        )

    def test_categories_weigh_within_them(self) -> None:
        program = of(
            rule(
                points=1,
                per=Decimal("1.00"),
                lines="line.amount > 0",
                categories={"COFFEE": Decimal(3), "BAKERY": Decimal(0)},
            )
        )
        assert points_of(judged(program, BASKET)) == {"r": 27}

    def test_what_no_line_tells_of_does_not_count(self) -> None:
        assert missed(judged(self.PROGRAM, an_event("purchase", 900)), "r").reason is MissReason.NOTHING


class TestAmount:
    def test_an_expression_says_how_many(self) -> None:
        judgement = judged(of(rule(amount="event.amount / 50")), BASKET)
        assert points_of(judgement) == {"r": 25}
        assert why(judgement, "r") == "event.amount / 50 gives 25: event.amount is 1250"

    def test_nothing_and_less_give_nothing(self) -> None:
        for text in ("0", "event.amount - 1250", "-5"):
            assert missed(judged(of(rule(amount=text)), BASKET), "r").reason is MissReason.NOTHING

    def test_a_mistake_cannot_fill_an_account(self) -> None:
        miss = missed(judged(of(rule(amount="event.amount * 1000000")), BASKET), "r")
        assert miss.reason is MissReason.FAILED
        assert miss.text == "could not be told: it gives 1250000000, more than 1000000000 points"


class TestMultiply:
    DOUBLE = rule("double", multiply=Decimal(2))

    def test_it_adds_a_line_of_its_own_to_what_the_others_gave(self) -> None:
        judgement = judged(of(SPEND, self.DOUBLE), an_event("purchase", 1_700))
        assert points_of(judgement) == {"spend": 17, "double": 17}
        assert why(judgement, "double") == "counts ×2: 1 more for each of 17 points: 17"

    def test_it_multiplies_only_the_rules_it_names(self) -> None:
        bonus = rule("bonus", points=10)
        only = rule("only", multiply=Decimal(3), of=("bonus",))
        assert points_of(judged(of(SPEND, bonus, only), BASKET))["only"] == 20

    def test_two_of_them_add_and_do_not_multiply_each_other(self) -> None:
        again = rule("again", multiply=Decimal("1.5"))
        given = points_of(judged(of(SPEND, self.DOUBLE, again), an_event("purchase", 1_000)))
        assert given == {"spend": 10, "double": 10, "again": 5}

    def test_with_lines_it_multiplies_the_part_that_stands_for_them(self) -> None:
        program = of(
            rule("spend", points=1, per=Decimal("1.00")),
            rule("coffee", multiply=Decimal(3), lines="line.category == 'COFFEE'", rounding=Rounding.HALF_EVEN),
        )
        # 12 points, of which 9.00 of 12.50 are for coffee: 8.64, twice more.
        judgement = judged(program, BASKET)
        assert points_of(judgement) == {"spend": 12, "coffee": 17}
        assert why(judgement, "coffee") == (
            "counts ×3: 2 more for each of 8.64 of 12 points: "
            "17.28 → 17, rounded to the nearest, a half to the even one"
        )

    def test_what_was_given_for_no_line_in_particular_has_no_such_part(self) -> None:
        program = of(rule("flat", points=10), rule("x", multiply=Decimal(2), lines="line.quantity > 0"))
        assert points_of(judged(program, BASKET)) == {"flat": 10}

    def test_without_a_line_that_counts_it_says_which_it_needs(self) -> None:
        program = of(SPEND, rule("acme", multiply=Decimal(2), lines='line.brand == "acme"'))
        assert missed(judged(program, BASKET), "acme").text == 'needs a line with line.brand == "acme"'

    def test_it_gives_nothing_where_nothing_was_given(self) -> None:
        miss = missed(judged(of(SPEND, self.DOUBLE), an_event("purchase", 10)), "double")
        assert miss.text == "no rule that it multiplies gave anything"

    def test_currencies_do_not_mix(self) -> None:
        miles = rule("miles", points=7, currency="MILES")
        assert points_of(judged(of(miles, self.DOUBLE), BASKET)) == {"miles": 7}


class TestConditions:
    def test_of_lines_it_says_how_many_there_are(self) -> None:
        when = 'event.lines.exists(l, l.category == "FISH")'
        miss = missed(judged(of(rule(points=1, when=when)), BASKET), "r")
        assert miss.text == f"needs {when}: event.lines has 2"

    def test_a_condition_that_does_not_hold_says_what_was_missing(self) -> None:
        program = of(rule(points=1, when="event.amount >= 5000"))
        miss = missed(judged(program, an_event("purchase", 4_200)), "r")
        assert miss == ("r", MissReason.CONDITION, "needs event.amount >= 5000: event.amount is 4200")

    def test_what_was_looked_at_is_kept_and_what_may_be_personal_is_not(self) -> None:
        when = "event.channel == 'web' && member.age < 99 && member.tier_rank == 0 && !has(attributes.x)"
        judgement = judged(of(rule(points=1, when=when)), an_event("purchase", 1, channel="web"))
        (line,) = judgement.awards[0].lines
        assert line.inputs == (
            ("attributes", None),
            ("event.channel", "web"),
            ("member.age", None),
            ("member.tier_rank", 0),
        )

    def test_a_rule_that_fails_gives_nothing_and_the_others_go_on(self) -> None:
        judgement = judged(of(rule("bad", points=9, when="attributes.stars > 3"), rule("good", points=1)), BASKET)
        assert points_of(judgement) == {"good": 1}
        assert judgement.failures == (("bad", MissReason.FAILED, "could not be told: there is no 'stars'"),)

    def test_an_event_without_money_is_none_for_money(self) -> None:
        assert missed(judged(of(SPEND), an_event("purchase")), "spend").text == "needs an amount in USD"

    def test_rules_for_other_events_are_told_of_only_when_asked(self) -> None:
        event: Event = an_event("review")
        assert judged(of(SPEND), event).misses == ()
