"""Texts of staff's are refused when they are saved, with the place and what was meant."""

import pytest

from domain.alerts.template import TextProblem
from notifications.words.check import check_template


def problems(
    title: str, body: str = "Body.", *, template: str = "points_earned", locale: str = "en"
) -> list[TextProblem]:
    return check_template(template, title, body, locale=locale)


class TestCheckTemplate:
    def test_a_good_text_has_none(self) -> None:
        assert problems("+{{ points }}", "Hello{% if name %} {{ name }}{% endif %}! {{ standing }}") == []

    def test_a_value_that_no_such_message_has_is_named_with_what_was_meant(self) -> None:
        assert problems("+{{ points }}", "Good.\nYou have {{ balanse }}.") == [
            TextProblem("body", "No message of points_earned has 'balanse': did you mean 'balance'?", 2, 13)
        ]
        (problem,) = problems("{{ xyzzy }}", template="tier_reached_plain")
        assert problem == TextProblem(
            "title",
            "No message of tier_reached_plain has 'xyzzy'. There are: multiplier, name, previous, program, tier.",
            1,
            4,
        )

    def test_a_value_of_another_template_is_missing_here(self) -> None:
        assert [one.line for one in problems("{{ date }}")] == [1]
        assert problems("{{ date }}", template="points_expired") == []

    def test_it_is_missing_in_a_branch_that_examples_do_not_take_too(self) -> None:
        assert len(problems("{% if points == 7 %}{{ nothing }}{% endif %}x")) == 1

    def test_all_problems_of_title_and_body_come_at_once(self) -> None:
        found = problems("{{ poimts }} {{ nme }}", "{{ curency }}")
        assert [(one.field, one.column) for one in found] == [("title", 4), ("title", 17), ("body", 4)]

    @pytest.mark.parametrize(
        ("text", "line", "column"),
        [
            ("{{ points", 1, 1),
            ("You have {{ points }.", 1, 10),
            ("Fine {{ points }}\nand {% if %}x{% endif %}", 2, 5),
            ("{{ points }} and {{ points + 1 }}", 1, 18),
            ("{% for x in points %}{% endfor %}", 1, 1),
            ("{% endif %}", 1, 1),
        ],
    )
    def test_what_cannot_be_read_has_a_line_and_a_column(self, text: str, line: int, column: int) -> None:
        (problem,) = problems("Title", text)
        assert (problem.field, problem.line, problem.column) == ("body", line, column)
        assert problem.message

    @pytest.mark.parametrize(
        ("title", "body", "field", "message"),
        [
            ("", "b", "title", "It is empty."),
            ("t", " \n ", "body", "It is empty."),
            ("t" * 201, "b", "title", "It reads 201 characters, of at most 200."),
            ("{# " + "t" * 500 + " #}t", "b", "title", "At most 500 characters: it has 507."),
            ("t", "b" * 2_001, "body", "At most 2,000 characters: it has 2,001."),
            ("a\nb", "b", "title", "A title has one line."),
            ("a\x00b", "b", "title", "It has a character that cannot be shown."),
        ],
    )
    def test_empty_long_and_broken_texts(self, title: str, body: str, field: str, message: str) -> None:
        (problem,) = problems(title, body)
        assert (problem.field, problem.message) == (field, message)

    def test_the_longest_that_may_be(self) -> None:
        assert problems("t" * 200, "b" * 2_000) == []

    def test_one_that_fails_with_an_example_says_with_which(self) -> None:
        (problem,) = problems("{{ points|date }}")
        assert problem.message.startswith("It fails with name = Ada, program = Regulars, points = 1250")
        (problem,) = problems("{% if currency > 5 %}x{% endif %}y")
        assert "It fails with" in problem.message

    def test_one_of_which_nothing_is_left_for_some_is_refused(self) -> None:
        (problem,) = problems("{{ name }}")
        assert problem.message.startswith("Nothing is left of it with name = , ")
        (problem,) = problems("{% if points %}x{% endif %}")
        assert "points = 0" in problem.message

    def test_the_sentence_of_the_balance_is_only_there_where_it_is_shipped(self) -> None:
        assert problems("t", "{{ standing }}", locale="es-MX") == []
        assert [one.line for one in problems("t", "{{ standing }}", locale="fr")] == [1]
        assert problems("t", "Solde : {{ balance }}", locale="fr") == []
        assert [one.line for one in problems("t", "{{ standing }}", template="birthday")] == [1]

    def test_there_is_no_other_template(self) -> None:
        with pytest.raises(KeyError):
            problems("t", template="nonsense")
