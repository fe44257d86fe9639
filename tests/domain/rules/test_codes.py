"""A code that a field can never hold is a mistake where it is compared with the field, with its place."""

import pytest

from domain.rules import Scope, misnamed
from tests.domain.rules.cases import compiled

CODES = {
    "member.tier": ("bronze", "silver", "gold"),
    "member.segments": ("lapsed", "VIP"),
    "member.perks": (),
    "date.calendars": ("holidays",),
}


def mistakes(text: str, scope: Scope = Scope.EVENT) -> list[tuple[int, str]]:
    return [(one.column, one.reason) for one in misnamed(compiled(text, scope), CODES)]


class TestMisnamed:
    def test_the_place_is_that_of_the_text_with_a_caret_under_it(self) -> None:
        (found,) = misnamed(compiled('event.amount > 3 &&\n  member.tier == "gld"'), CODES)
        assert (found.line, found.column) == (2, 18)
        assert found.reason == "there is no tier 'gld': did you mean 'gold'?"
        assert found.excerpt == f'  member.tier == "gld"\n{" " * 17}^'

    @pytest.mark.parametrize(
        ("text", "column", "reason"),
        [
            ('"gld" == member.tier', 1, "there is no tier 'gld': did you mean 'gold'?"),
            ('member.tier != "Gold"', 16, "there is no tier 'Gold': did you mean 'gold'?"),
            ('member.tier == ""', 16, "there is no tier '': there is bronze, silver, gold"),
            ('member.tier in ["gold", "silber"]', 25, "there is no tier 'silber': did you mean 'silver'?"),
            ('!("xyz" in member.segments)', 3, "there is no segment 'xyz': there is lapsed, VIP"),
            ('"vip" in member.segments', 1, "there is no segment 'vip': did you mean 'VIP'?"),
            ('"early" in member.perks', 1, "there is no perk 'early': there is none"),
            ('"holiday" in date.calendars', 1, "there is no calendar 'holiday': did you mean 'holidays'?"),
            ('member.segments[0] == "x"', 23, "there is no segment 'x': there is lapsed, VIP"),
            ('member.segments.exists(s, s == "x")', 32, "there is no segment 'x': there is lapsed, VIP"),
            (
                'member.tier == (date.hour < 9 ? "gold" : "silvr")',
                42,
                "there is no tier 'silvr': did you mean 'silver'?",
            ),
            (
                'event.lines.exists(l, l.amount > 9 && member.tier == "x")',
                54,
                "there is no tier 'x': there is bronze, silver, gold",
            ),
        ],
    )
    def test_however_it_is_compared(self, text: str, column: int, reason: str) -> None:
        assert mistakes(text) == [(column, reason)]

    def test_each_mistake_is_told_in_the_order_written(self) -> None:
        text = 'member.tier == "a" || "b" in member.segments || member.tier == "c"'
        assert [column for column, _ in mistakes(text)] == [16, 23, 64]

    @pytest.mark.parametrize(
        "text",
        [
            'member.tier == "gold" && "VIP" in member.segments && "holidays" in date.calendars',
            'event.channel == "gld" && attributes.tier == "gld"',
            'member.tier.startsWith("g") && member.locale in ["x"]',
            "member.tier == event.channel",
            "event.channel in member.segments",
            'event.lines.exists(s, s.sku == "x") && member.segments.exists(s, s == "VIP")',
        ],
    )
    def test_what_may_hold_is_none(self, text: str) -> None:
        assert mistakes(text) == []

    def test_a_long_list_of_codes_is_not_told(self) -> None:
        codes = {"member.segments": tuple(f"of-many-{number}" for number in range(9))}
        (found,) = misnamed(compiled('"x" in member.segments'), codes)
        assert found.reason == "there is no segment 'x'"
