"""Expressions of lines: those that seek a text are asked only of lines that have it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.asking.asked import Asked, Asking
from domain.earning.events.event import EventLine
from domain.earning.facts.known import Known
from domain.earning.judging.judge import judge
from domain.earning.planning.plan import plan_of
from domain.program.earning import EarningRule
from domain.rules import Expression, Failed, Gives, Scope, compile_expression
from tests.support.judging import an_event, around
from tests.support.programs import a_program

PROGRAM = a_program()
fields = st.sampled_from(["line.sku", "line.category", "line.brand"])
texts = st.sampled_from(["a", "b", ""])
equalities = st.builds("{} == '{}'".format, fields, texts) | st.builds("'{1}' == {0}".format, fields, texts)
others = st.sampled_from(
    [
        "line.amount >= 5",
        "line.quantity != 2",
        "line.amount / (line.quantity - 1) > 2",
        "line.sku.startsWith('a')",
        "line.category in ['a', '']",
        "event.amount > 9",
        "1 / 0 > 1",
    ]
)
conditions = st.recursive(
    equalities | others,
    lambda of: st.builds("({} {} {})".format, of, st.sampled_from(["&&", "||"]), of) | of.map("!({})".format),
    max_leaves=5,
)
some = st.none() | st.sampled_from(["a", "b"])
lines = st.builds(EventLine, st.sampled_from(["a", "b", "ab"]), some, some, st.integers(0, 2), st.integers(-2, 9))
baskets = st.lists(lines, max_size=5).map(tuple)


def asked_of(text: str) -> Asked:
    """The expression of a line."""
    asked = Asking((), ()).ask(text, Scope.LINE)
    assert asked is not None
    return asked


def known(basket: tuple[EventLine, ...]) -> Known:
    """A purchase of these lines."""
    return Known(around(PROGRAM, an_event(lines=basket)), plan_of(PROGRAM))


def by_engine(text: str, event: Known) -> list[EventLine] | None:
    """The lines of which it holds, each asked of the engine; None where that fails."""
    expression = compile_expression(text, scope=Scope.LINE, gives=Gives.TRUTH)
    assert isinstance(expression, Expression)
    answers = [expression.evaluate(event.line_facts(place)) for place in range(len(event.event.lines))]
    if any(isinstance(answer, Failed) for answer in answers):
        return None
    return [line for line, answer in zip(event.event.lines, answers, strict=True) if answer]


class TestMatching:
    @given(conditions, baskets)
    def test_it_finds_the_lines_of_which_the_engine_says_that_it_holds(
        self, text: str, basket: tuple[EventLine, ...]
    ) -> None:
        found, expected = known(basket).matching(asked_of(text)), by_engine(text, known(basket))
        if expected is None:
            assert isinstance(found, Failed)
        else:
            assert not isinstance(found, Failed)
            assert sorted(found, key=repr) == sorted(expected, key=repr)

    @pytest.mark.parametrize(
        "text",
        [
            "line.sku == 'a' || 1 / 0 > 1",
            "1 % 0 == 1 || line.brand != ''",
            f"{2**63 - 1} + 1 > 0 || line.sku == 'a'",
        ],
    )
    def test_one_that_cannot_be_reckoned_fails_and_not_the_event(self, text: str) -> None:
        found = known((EventLine("a", None, None, 1, 5), EventLine("b", None, None, 1, 5))).matching(
            asked_of(text)
        )
        assert isinstance(found, Failed)

    @given(conditions, baskets)
    def test_where_no_line_has_the_text_that_it_seeks_it_holds_of_none(
        self, text: str, basket: tuple[EventLine, ...]
    ) -> None:
        only, event = asked_of(text).only, known(basket)
        if only is not None and only[1] not in event.alike((only[0],)):
            assert by_engine(text, event) == []

    @pytest.mark.parametrize(
        ("text", "only"),
        [
            ("line.category == 'MEAT'", ("line.category", "MEAT")),
            ("line.amount > 5 && 'Own' == line.brand", ("line.brand", "Own")),
            ("line.amount > 5 && (line.quantity > 1 && line.sku == '4711')", ("line.sku", "4711")),
            ("line.category == 'MEAT' || line.amount > 5", None),
            ("!(line.category == 'MEAT')", None),
            ("line.category != 'MEAT'", None),
            ("line.category == line.brand", None),
            ("event.channel == 'web' && line.amount > 5", None),
        ],
    )
    def test_it_seeks_a_text_that_every_line_of_which_it_holds_must_have(
        self, text: str, only: tuple[str, str] | None
    ) -> None:
        assert asked_of(text).only == only


class TestRules:
    @given(st.lists(st.tuples(conditions, st.none() | st.just("100 / event.amount > 3")), max_size=4), baskets)
    def test_one_passed_over_for_want_of_lines_would_have_given_and_failed_nothing(
        self, conditions: list[tuple[str, str | None]], basket: tuple[EventLine, ...]
    ) -> None:
        rules = tuple(
            EarningRule(f"r{place}", "Some", ("purchase",), 1, each_unit=True, lines=lines, when=when)
            for place, (lines, when) in enumerate(conditions)
        )
        circumstances = around(a_program(earning=rules), an_event(lines=basket))
        told, quick = judge(circumstances, explain=True), judge(circumstances, explain=False)
        assert (quick.awards, quick.counts) == (told.awards, told.counts)
        assert quick.misses == told.failures
