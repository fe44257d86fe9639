from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.earning.judging.judgement import MissReason
from domain.ledger.state import EMPTY_STATE
from domain.program.earning import Campaign, Cap, CapOf, CapPeriod, EarningRule, Stack
from tests.support.judging import after, an_event, judged, missed, points_of
from tests.support.programs import a_program

VISIT = an_event("visit")
BUDGET = "campaign:c/ever/everyone"


def rule(code: str, points: int, **more: Any) -> EarningRule:
    return EarningRule(code, code.title(), ("visit",), points, **more)


def best(code: str, points: int, group: str = "g", **more: Any) -> EarningRule:
    return rule(code, points, stack=Stack.BEST, group=group, **more)


def campaign(budget: int) -> Campaign:
    return Campaign("c", "C", caps=(Cap(budget, CapPeriod.EVER, CapOf.EVERYONE),))


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

    def test_it_is_judged_by_what_caps_leave(self) -> None:
        judgement = judged(a_program(earning=(best("a", 5), best("b", 9, caps=(Cap(2, CapPeriod.EVENT),)))), VISIT)
        assert points_of(judgement) == {"a": 5}
        assert missed(judgement, "b")[1:] == (MissReason.BEST_OF_GROUP, "a gives 5, this one 2")

    def test_one_with_room_for_more_than_the_others_give_counts(self) -> None:
        assert given_by(best("a", 5), best("b", 9, caps=(Cap(6, CapPeriod.EVENT),))) == {"b": 6}

    def test_when_the_budget_of_its_campaign_is_spent_the_next_best_counts(self) -> None:
        program = a_program(earning=(best("a", 5), best("b", 9, campaign="c")), campaigns=(campaign(100),))
        assert points_of(judged(program, VISIT, room={BUDGET: 9})) == {"b": 9}
        assert points_of(judged(program, VISIT, room={BUDGET: 3})) == {"a": 5}
        judgement = judged(program, VISIT, room={BUDGET: 0})
        assert points_of(judgement) == {"a": 5}
        assert missed(judgement, "b")[1:] == (
            MissReason.CAP,
            "no more than 100 in all for everyone by this campaign: nothing is left",
        )

    def test_when_the_member_has_had_all_of_it_the_next_best_counts(self) -> None:
        program = a_program(earning=(best("a", 5), best("b", 9, caps=(Cap(9, CapPeriod.DAY),))))
        first = judged(program, VISIT)
        assert points_of(first) == {"b": 9}
        assert points_of(judged(program, VISIT, state=after(EMPTY_STATE, first))) == {"a": 5}

    def test_a_group_that_is_spent_gives_nothing_and_each_says_why(self) -> None:
        program = a_program(
            earning=(best("a", 5, campaign="c"), best("b", 9, campaign="c")), campaigns=(campaign(9),)
        )
        judgement = judged(program, VISIT, room={BUDGET: 0})
        assert points_of(judgement) == {}
        assert [(miss.rule, miss.reason) for miss in judgement.misses] == [
            ("a", MissReason.CAP),
            ("b", MissReason.CAP),
        ]

    def test_what_the_event_uses_of_the_budget_before_it_is_gone(self) -> None:
        rules = (rule("a", 10, campaign="c"), best("b", 9, campaign="c"), best("d", 5))
        program = a_program(earning=rules, campaigns=(campaign(100),))
        assert points_of(judged(program, VISIT, room={BUDGET: 10})) == {"a": 10, "d": 5}

    def test_the_programme_s_caps_bind_all_alike(self) -> None:
        program = a_program(earning=(best("a", 5), best("b", 9)), caps=(Cap(3, CapPeriod.EVENT),))
        assert points_of(judged(program, VISIT)) == {"b": 3}

    def test_of_two_that_give_the_same_priority_decides_and_then_the_code(self) -> None:
        assert given_by(best("b", 5), best("a", 5)) == {"a": 5}
        assert given_by(best("b", 5, priority=1), best("a", 5)) == {"b": 5}

    def test_multipliers_have_a_best_one_too(self) -> None:
        double = EarningRule("x2", "X2", ("visit",), multiply=Decimal(2), stack=Stack.BEST, group="x")
        triple = replace(double, code="x3", multiply=Decimal(3))
        assert given_by(rule("a", 10), double, triple) == {"a": 10, "x3": 20}

    def test_of_multipliers_too_one_that_is_spent_is_over(self) -> None:
        double = EarningRule("x2", "X2", ("visit",), multiply=Decimal(2), stack=Stack.BEST, group="x")
        triple = replace(double, code="x3", multiply=Decimal(3), campaign="c")
        program = a_program(earning=(rule("a", 10), double, triple), campaigns=(campaign(100),))
        assert points_of(judged(program, VISIT, room={BUDGET: 0})) == {"a": 10, "x2": 10}


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

    def test_one_that_is_spent_excludes_nobody_and_says_so(self) -> None:
        alone = rule("b", 2, stack=Stack.EXCLUSIVE, caps=(Cap(2, CapPeriod.DAY),))
        program = a_program(earning=(alone, rule("c", 4)))
        first = judged(program, VISIT)
        assert points_of(first) == {"b": 2}
        second = judged(program, VISIT, state=after(EMPTY_STATE, first))
        assert points_of(second) == {"c": 4}
        assert missed(second, "b")[1:] == (MissReason.CAP, "no more than 2 a day by this rule: nothing is left")

    def test_one_with_some_room_still_gives_alone(self) -> None:
        alone = rule("b", 9, stack=Stack.EXCLUSIVE, caps=(Cap(1, CapPeriod.EVENT),))
        assert given_by(alone, rule("c", 4)) == {"b": 1}

    def test_one_whose_campaign_the_event_itself_has_used_up_excludes_nobody(self) -> None:
        rules = (rule("a", 10, campaign="c"), rule("b", 2, campaign="c", stack=Stack.EXCLUSIVE), rule("d", 4))
        program = a_program(earning=rules, campaigns=(campaign(10),))
        assert points_of(judged(program, VISIT)) == {"a": 10, "d": 4}


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


_others = st.lists(
    st.tuples(
        st.sampled_from(["g", None]), st.integers(1, 9), st.integers(0, 9), st.booleans(), st.integers(-1, 1)
    ),
    min_size=1,
    max_size=6,
)


@given(_others, st.integers(0, 12))
def test_a_group_never_gives_less_than_any_one_of_it_would_alone(
    drawn: list[tuple[str | None, int, int, bool, int]], left: int
) -> None:
    rules = [
        rule(
            f"r{place}",
            points,
            priority=priority,
            stack=Stack.BEST if group else Stack.ADD,
            group=group,
            campaign="c" if inside else None,
            caps=(Cap(most, CapPeriod.EVENT),) if most else (),
        )
        for place, (group, points, most, inside, priority) in enumerate(drawn)
    ]

    def of_group(rules: list[EarningRule]) -> int:
        program = a_program(earning=tuple(rules), campaigns=(campaign(12),))
        points = points_of(judged(program, VISIT, room={BUDGET: left}))
        return sum(points.get(one.code, 0) for one in rules if one.group)

    together = of_group(rules)
    for one in rules:
        if one.group:
            assert together >= of_group([other for other in rules if other is one or not other.group])
