from datetime import date
from string import Formatter

import pytest

from notifications import templates
from notifications.templates import Template, day, days, number

ALL = {name: value for name, value in vars(templates).items() if isinstance(value, Template)}


class TestTemplate:
    def test_values_stand_in_title_and_body_as_they_are(self) -> None:
        template = Template("{points} for {who}", "{who} has {points}.")
        filled = template.fill(points="5", who="{points} %s {0}")
        assert filled == ("5 for {points} %s {0}", "{points} %s {0} has 5.")

    def test_values_that_no_sentence_needs_are_left_out(self) -> None:
        assert templates.TIER_REACHED_PLAIN.fill(tier="Gold", multiplier="1") == (
            "You reached Gold",
            "Welcome to Gold.",
        )

    @pytest.mark.parametrize("name", ALL)
    def test_every_sentence_can_be_filled_with_what_it_names(self, name: str) -> None:
        names = {found for text in ALL[name] for _, found, _, _ in Formatter().parse(text) if found}
        title, body = ALL[name].fill(**{value: f"<{value}>" for value in names})
        assert names
        assert all(f"<{value}>" in title + body for value in names)


class TestWords:
    @pytest.mark.parametrize(
        ("value", "text"), [(0, "0"), (999, "999"), (1_000, "1,000"), (-2_500, "-2,500"), (9_007_199, "9,007,199")]
    )
    def test_thousands_are_set_apart(self, value: int, text: str) -> None:
        assert number(value) == text

    def test_a_date_is_in_words_without_a_leading_zero(self) -> None:
        found = [day(date(2026, month, 1)) for month in range(1, 13)]
        assert found[0] == "1 January 2026"
        assert found[11] == "1 December 2026"
        assert len(set(found)) == 12

    def test_one_day_is_no_days(self) -> None:
        assert [days(count) for count in (0, 1, 2, 30)] == ["0 days", "1 day", "2 days", "30 days"]
