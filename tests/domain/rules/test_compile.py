from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import Expression, Failed, Gives, Scope, Unfit, compile_expression
from tests.domain.rules.cases import COUNTERS, compiled, facts, unfit

WORDS = [
    "event", ".", "amount", "lines", "exists(", "all(", "map(", "filter(", "size(", "sum()", ")", "[", "]",
    "{", "}", "(", ",", ":", "?", "&&", "||", "!", "+", "-", "*", "/", "%", "==", "<", "in", "1", "2.5",
    "'a'", "true", "null", "l", "x", "attributes", "profile", "has(", "int(", "counters.coffee",
    "math.greatest(", "@", "`",
]  # fmt: skip


class TestWhatAMistakeIsCalled:
    @pytest.mark.parametrize(
        ("text", "column", "reason"),
        [
            ("event.amont > 3", 6, "there is no 'amont' in event: did you mean 'amount'?"),
            ("event.lines.exists(l, l.amont > 3)", 24, "there is no 'amont' in a line: did you mean 'amount'?"),
            ("evnt.amount > 3", 5, "there is no 'evnt' here: did you mean 'event'?"),
            ("line.amount > 3", 5, "there is no 'line' here"),
            ("counters.cofee > 3", 9, "there is no 'cofee' in counters: did you mean 'coffee'?"),
            ("streaks.weekly > 3", 8, "there is no 'weekly' in streaks"),
            ("event.amount = 3", 14, "'=' means nothing here: did you mean '=='?"),
            ("event.amount > 3 and true", 18, "'and' is not expected here: did you mean '&&'?"),
            ("event.amount > 3.5", 14, "'>' does not take a whole number and a decimal number"),
            ("event.type == 3", 12, "'==' does not take a text and a whole number"),
            ("event.lines.amount > 3", 12, "a list has no fields"),
            ("event.amount >", 15, "ends too early"),
            ("'abc", 1, "a text is not closed by its quotation mark"),
            ("spend(3) > 3", 6, "there is no function 'spend'"),
            ("for", 1, "'for' is a reserved word"),
            ("99999999999999999999 > 1", 1, "this whole number is too large"),
            ("event.amount", 1, "must give true or false, gives a whole number"),
            (" ", 1, "is empty"),
            ("(" * 40 + "true" + ")" * 40, 1, "nests too deeply"),
        ],
    )
    def test_each_is_said_in_words_with_its_place(self, text: str, column: int, reason: str) -> None:
        assert (unfit(text).line, unfit(text).column, unfit(text).reason) == (1, column, reason)

    def test_an_amount_must_be_whole(self) -> None:
        refused = unfit("double(event.amount) * 1.5", gives=Gives.WHOLE)
        assert refused.reason == "must give a whole number, gives a decimal number"

    def test_the_excerpt_is_the_line_with_a_caret_under_the_place(self) -> None:
        refused = unfit("event.amount > 3\n  && event.amont < 5")
        assert (refused.line, refused.column) == (2, 11)
        assert refused.excerpt == "  && event.amont < 5\n          ^"

    def test_a_long_line_is_cut_around_the_place(self) -> None:
        refused = unfit("event.amount > 3 && " * 20 + "event.amont > 3")
        line, caret = refused.excerpt.split("\n")
        assert len(line) == 100
        assert line[: len(caret)].endswith("event.")

    def test_texts_of_more_than_2000_characters_are_refused(self) -> None:
        assert isinstance(compiled("true".ljust(2_000)), Expression)
        assert unfit("true".ljust(2_001)).reason == "is longer than 2,000 characters"


class TestScopes:
    def test_each_knows_its_own_names_and_those_of_the_member(self) -> None:
        for scope in Scope:
            compiled("member.days > 3 && date.hour > 3 && profile.x == 1 && counters.tea == 0", scope)
        compiled("line.amount > 3 && event.amount > 3 && attributes.x == 1", Scope.LINE)
        compiled("referral.made > 3 && event.amount > 3 && attributes.x == 1", Scope.REFERRAL)

    @pytest.mark.parametrize("code", ["", "a-b", "a b", "1", "\ud800", "a\0b"])
    def test_a_counter_that_nobody_can_write_is_none(self, code: str) -> None:
        known = compile_expression(
            "counters.tea > 3", scope=Scope.EVENT, gives=Gives.TRUTH, counters=(code, "tea")
        )
        assert isinstance(known, Expression)

    @pytest.mark.parametrize("name", ["event.amount", "line.amount", "referral.made"])
    def test_a_member_alone_has_no_event(self, name: str) -> None:
        assert unfit(f"{name} > 3", Scope.MEMBER).reason == f"there is no '{name.split('.', maxsplit=1)[0]}' here"


class TestNames:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("event.amount > 3 && counters.coffee > 1", {"event.amount", "counters.coffee"}),
            ("event.lines.exists(l, l.category == member.tier)", {"event.lines", "member.tier"}),
            ("attributes.gift && has(profile.diet)", {"attributes", "profile"}),
            ("event.lines.map(l, l.amount > date.day, l.amount).sum() > 1", {"event.lines", "date.day"}),
            ("1 < 2", set()),
        ],
    )
    def test_they_are_what_an_expression_refers_to(self, text: str, names: set[str]) -> None:
        assert compiled(text).names == names


class TestAnyText:
    @given(st.text(max_size=80))
    def test_gives_an_expression_or_a_refusal_with_a_place_in_it(self, text: str) -> None:
        result = compile_expression(text, scope=Scope.LINE, gives=Gives.TRUTH)
        if isinstance(result, Unfit):
            lines = text.split("\n")
            assert 1 <= result.line <= len(lines)
            assert 1 <= result.column <= len(lines[result.line - 1]) + 1

    @given(
        st.lists(
            st.sampled_from(WORDS),
            max_size=30,
        ),
        st.sampled_from(["", " "]),
    )
    def test_so_do_the_words_of_the_language_in_any_order(self, words: list[str], between: str) -> None:
        result = compile_expression(between.join(words), scope=Scope.EVENT, gives=Gives.TRUTH, counters=COUNTERS)
        if isinstance(result, Expression):
            assert type(result.evaluate(facts())) in (bool, Failed)

    @pytest.mark.parametrize(
        "word", ["(", "[", "!", "-", "a.", "1+", "a?", "🦄", "\\", "'", "[1].all(a, ", "{1:", "\n"]
    )
    def test_so_does_any_word_repeated(self, word: str) -> None:
        for end in ("", "true"):
            result = compile_expression((word * 2_000)[:1_990] + end, scope=Scope.EVENT, gives=Gives.TRUTH)
            assert isinstance(result, Unfit | Expression)

    def test_what_is_no_unicode_is_refused(self) -> None:
        assert unfit("'\ud800' == 'a'").reason == "has characters that are no text"
        assert unfit("true\0").reason == "has characters that are no text"


class TestThreads:
    def test_many_compile_and_evaluate_at_once(self) -> None:
        def work(number: int) -> bool | int | Failed:
            amount = number % 50
            text = f"event.lines.map(l, l.amount > {amount}, l.amount).sum() + {amount}"
            return compiled(text, gives=Gives.WHOLE).evaluate(facts())

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(work, range(400))) == [4200 + number % 50 for number in range(400)]
