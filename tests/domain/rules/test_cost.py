"""Hostile expressions: refused before they ever run, or within what they were estimated to cost."""

import pytest

from domain.rules import Expression, Failed, Scope
from domain.rules.cost import MAX_STEPS
from tests.domain.rules.cases import compiled, facts, largest, unfit

TOO_COSTLY = [
    "event.lines.all(a, event.lines.all(b, true))",
    "event.lines.all(a, event.lines.exists(b, event.lines.exists(c, a.sku == c.sku)))",
    "event.lines.all(l, " + " && ".join(["l.sku == l.brand"] * 12) + ")",
    "event.lines.all(l, attributes.text.contains(attributes.end))",
    "event.lines.all(l, size(attributes.text) > 3)",
    "event.lines.all(l, attributes.text.lowerAscii() == attributes.text.upperAscii())",
    "event.lines.all(l, attributes == profile)",
    "event.lines.all(l, event.lines == event.lines)",
    "event.lines.all(l, event == event)",
    "event.lines.all(l, member.segments == member.perks)",
    "event.lines.all(l, l.sku in member.segments)",
    "event.lines.exists(l, l.category in profile.list)",
    "event.lines.map(l, l.sku) == ['a']",
    "event.lines.map(l, event.lines.map(l, l.sku)) == []",
    "event.lines.map(l, [l, l, l, l, l, l, l, l]).exists(x, x.exists(y, y.amount > 1))",
    "profile.list.map(x, x) == profile.list",
    "profile.list.all(x, attributes.list.all(y, x == y))",
    "profile.list.all(x, x.all(y, x.all(z, y == z)))",
    "member.segments.all(a, member.perks.all(b, date.calendars.all(c, a == b)))",
    "event.lines.all(l, true) && " * 10 + "true",
    "[1, 2, 3].all(a, [1, 2, 3].all(b, event.lines.all(l, event.lines[a].sku == event.lines[b].sku)) || " * 3
    + "true" + ")" * 3,
]  # fmt: skip

ALLOWED = [
    "event.lines.exists(l, l.category in ['coffee', 'tea', 'cocoa', 'juice', 'water', 'cake', 'bagel', 'soup'])",
    "event.lines.exists(l, l.category == attributes.text)",
    "event.lines.exists(l, l.sku.contains('organic') || l.sku.contains('bio'))",
    "event.lines.filter(l, l.category == 'coffee' && l.brand == 'acme').size() >= 3",
    "event.lines.filter(l, l.category == 'coffee').map(l, l.amount).sum() >= 2000",
    "profile.list.exists(x, x == 2) || profile.list.all(x, x > 0)",
    "member.segments.exists(s, s.startsWith('vip') || s.endsWith('club'))",
    "member.segments.map(s, s).exists(s, s == 'vip')",
    "member.perks == member.segments || attributes.text.contains(attributes.end)",
    " || ".join(["member.age == 1"] * 100),
    "event.lines.all(l, true) && " * 9 + "true",
    "[1].all(a, " * 8 + "true" + ")" * 8,
]


class TestHostileExpressions:
    @pytest.mark.parametrize("text", TOO_COSTLY)
    def test_what_may_take_too_long_is_refused_on_saving(self, text: str) -> None:
        assert unfit(text).reason.startswith("is too costly: up to ")

    @pytest.mark.parametrize("text", ALLOWED)
    def test_what_is_allowed_runs_over_the_largest_facts_there_are(self, text: str) -> None:
        condition = compiled(text)
        assert condition.steps <= MAX_STEPS
        assert not isinstance(condition.evaluate(largest()), Failed)

    def test_the_refusal_shows_the_outermost_loop_that_is_too_long(self) -> None:
        refused = unfit("event.amount > 3 &&\n event.lines.all(a, event.lines.all(b, true))")
        assert (refused.line, refused.column) == (2, 17)
        assert "up to 20,0" in refused.reason
        assert refused.reason.endswith("200,000 are allowed; nest fewer loops")

    def test_a_list_of_lines_is_refused_with_what_to_write_instead(self) -> None:
        refused = unfit("math.greatest(event.lines.map(l, l.amount)) > 3")
        assert refused.reason.endswith("count by filter(…).size(), add up by map(…).sum()")


class TestWhatTheLanguageLeavesOut:
    @pytest.mark.parametrize(
        "text",
        [
            "'a' + event.type == 'b'",
            "[1] + [2] == [1]",
            "attributes.a + attributes.b == 'ab'",
            "b'a' + b'b' == b''",
        ],
    )
    def test_texts_and_lists_are_not_joined(self, text: str) -> None:
        assert unfit(text).reason.startswith("'+' adds numbers only")

    @pytest.mark.parametrize(
        "call",
        [
            "event.type.matches('(a*)*b')",
            "event.type.replace('a', 'aa') == ''",
            "event.type.split('') == ['a']",
            "'%s'.format([event.type]) == ''",
            "['a'].join('b') == ''",
            "timestamp('2026-01-01T00:00:00Z').getFullYear() == 1",
            "duration('1s') == duration('2s')",
            "dyn(1) == 1",
            "type(1) == int",
            "bytes('a') == b'a'",
        ],
    )
    def test_functions_without_a_known_cost_are_not_there(self, call: str) -> None:
        assert unfit(call).reason.startswith("there is no function ")

    def test_a_sum_is_one_of_what_map_gives(self) -> None:
        assert unfit("[1, 2].sum() == 3").reason.startswith("'sum' counts what 'map' gives")

    def test_messages_are_not_made(self) -> None:
        assert (
            unfit("regulars.Line{amount: 3} == event.lines[0]").reason == "there is nothing of this kind to make"
        )


class TestEstimate:
    @pytest.mark.parametrize(
        ("text", "steps"),
        [
            ("true", 1),
            ("event.amount > 3", 5),
            ("event.lines.all(l, true)", 20_004),
            ("[1, 2, 3].all(x, x > 0)", 66),
        ],
    )
    def test_a_step_is_counted_for_each_node_and_each_turn(self, text: str, steps: int) -> None:
        assert compiled(text).steps == steps

    def test_items_of_an_attribute_are_counted_as_many_or_as_large_but_not_as_both(self) -> None:
        counted = compiled("profile.list.all(x, size(string(x)) < 10)")
        assert counted.steps < MAX_STEPS
        assert counted.steps > 4_096 * 10

    def test_what_many_expressions_made_is_given_back(self) -> None:
        gathered = facts()
        condition = compiled("member.segments.map(s, s).size() == 1 && event.lines.all(l, l.amount > 0)")
        first = gathered.activation(condition._vocabulary, segments=False, steps=0)
        for _ in range(1_000_000 // condition.steps + 1):
            assert condition.evaluate(gathered) is True
        assert gathered.activation(condition._vocabulary, segments=False, steps=0) is not first


def test_every_scope_is_bounded_alike() -> None:
    for scope in (Scope.EVENT, Scope.LINE, Scope.REFERRAL):
        assert isinstance(compiled("event.lines.exists(l, l.amount > 3)", scope), Expression)
        assert "too costly" in unfit("event.lines.exists(l, event.lines.exists(m, l == m))", scope).reason
