from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.earning.judgement import MissReason
from domain.program.earning import Cap, CapPeriod, EarningRule, Stack
from tests.support.judging import an_event, judged, missed, points_of
from tests.support.programs import a_program

VISIT = an_event("visit")


def rule(code: str, points: int, **more: Any) -> EarningRule:
    return EarningRule(code, code.title(), ("visit",), points, **more)


def best(code: str, points: int, group: str = "g", **more: Any) -> EarningRule:
    return rule(code, points, stack=Stack.BEST, group=group, **more)


def given_by(*rules: EarningRule) -> dict[str, int]:
    return points_of(judged(a_program(earning=rules), VISIT))


class TestBest:
    def test_of_a_group_only_the_one_that_gives_most_counts(self) -> None:
        judgement = judged(a_program(earning=(best("a", 5), best("b", 9), rule("c", 1))), VISIT)
        assert points_of(judgement) == {"b": 9, "c": 1}
        assert missed(judgement, "a")[1:] == (MissReason.BEST_OF_GROUP, "b gives 9, this one 5")

    def test_groups_and_currencies_are_apart(self) -> None:
        rules = (best("a", 5), best("b", 9, "h"), best("m", 1, currency="MILES"))
        assert given_by(*rules) == {"a": 5, "b": 9, "m": 1}

    def test_it_is_judged_before_caps(self) -> None:
        capped = best("b", 9, caps=(Cap(2, CapPeriod.EVENT),))
        assert given_by(best("a", 5), capped) == {"b": 2}

    def test_of_two_that_give_the_same_priority_decides_and_then_the_code(self) -> None:
        assert given_by(best("b", 5), best("a", 5)) == {"a": 5}
        assert given_by(best("b", 5, priority=1), best("a", 5)) == {"b": 5}

    def test_multipliers_have_a_best_one_too(self) -> None:
        double = EarningRule("x2", "X2", ("visit",), multiply=Decimal(2), stack=Stack.BEST, group="x")
        triple = replace(double, code="x3", multiply=Decimal(3))
        assert given_by(rule("a", 10), double, triple) == {"a": 10, "x3": 20}


class TestExclusive:
    def test_nothing_after_it_gives(self) -> None:
        alone = rule("b", 2, stack=Stack.EXCLUSIVE)
        judgement = judged(a_program(earning=(rule("a", 1), alone, rule("c", 4))), VISIT)
        assert points_of(judgement) == {"a": 1, "b": 2}
        assert missed(judgement, "c")[1:] == (MissReason.EXCLUDED, "b gives alone")

    def test_priority_is_what_after_means(self) -> None:
        alone = rule("b", 2, stack=Stack.EXCLUSIVE, priority=5)
        assert given_by(rule("a", 1), alone, rule("c", 4, priority=6)) == {"c": 4, "b": 2}

    def test_it_leaves_multipliers_before_it_and_other_currencies(self) -> None:
        alone = rule("b", 2, stack=Stack.EXCLUSIVE, priority=5)
        first = EarningRule("x", "X", ("visit",), multiply=Decimal(2), priority=9)
        after = replace(first, code="y", priority=0)
        assert given_by(alone, first, after, rule("m", 3, currency="MILES")) == {"b": 2, "x": 2, "m": 3}

    def test_one_that_gives_nothing_excludes_nobody(self) -> None:
        alone = rule("b", 2, stack=Stack.EXCLUSIVE, when="event.amount > 0")
        assert given_by(alone, rule("c", 4)) == {"c": 4}


_rules = st.lists(
    st.builds(best, st.sampled_from("abcdefgh"), st.integers(1, 9), st.sampled_from(["g", "h"])),
    max_size=6,
    unique_by=lambda one: one.code,
)


@given(_rules, st.data())
def test_the_order_of_rules_of_one_priority_does_not_change_what_a_group_gives(
    rules: list[EarningRule], data: st.DataObject
) -> None:
    capped = [replace(one, caps=(Cap(3, CapPeriod.EVENT),)) if one.code < "d" else one for one in rules]
    assert given_by(*capped) == given_by(*data.draw(st.permutations(capped)))
