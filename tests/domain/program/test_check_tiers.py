"""What the tiers of a programme must hold, and what of them may not change."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.program.check import check
from domain.program.check_change import check_change
from domain.program.flaws import Flaw, path_text
from domain.program.levels import Landing, Metric, Tier, Tiers, Window
from tests.support.programs import BRONZE, SILVER, a_program


def tiers(**changes: Any) -> Tiers:
    return replace(Tiers(Metric.POINTS, (BRONZE, SILVER)), **changes)


def flaws(**changes: Any) -> list[Flaw]:
    return list(check(a_program(tiers=tiers(**changes))))


def said(**changes: Any) -> list[str]:
    return [f"{path_text(flaw.path)}: {flaw.reason}" for flaw in flaws(**changes)]


def levels(**changes: Any) -> tuple[Tier, ...]:
    return (BRONZE, replace(SILVER, **changes))


class TestTiers:
    @pytest.mark.parametrize(
        "changes",
        [
            {"window": Window.ANNIVERSARY, "grace_days": 366},
            {"window": Window.ROLLING, "months": 36, "grace_days": 28, "landing": Landing.SOFT},
            {"metric": Metric.CUSTOM, "amount": "event.amount / 100"},
            {"levels": levels(perks={"lounge": "The lounge"}, early_access_days=7, birthday_points=50)},
        ],
    )
    def test_well_formed_ones_have_no_flaw(self, changes: dict[str, Any]) -> None:
        assert said(**changes) == []

    @pytest.mark.parametrize(
        ("changes", "flaw"),
        [
            ({"months": 0}, "tiers.months: must be at least 1, is 0"),
            ({"months": 37}, "tiers.months: must be at most 36, is 37"),
            ({"grace_days": -1}, "tiers.grace_days: must be at least 0, is -1"),
            ({"grace_days": 367}, "tiers.grace_days: must be at most 366, is 367"),
            ({"amount": "1"}, "tiers.amount: is for the metric custom; points are counted without it"),
            (
                {"metric": Metric.CUSTOM},
                "tiers.amount: must say what an event counts, as the metric is custom",
            ),
            (
                {"levels": levels(perks={"a perk": "One"})},
                'tiers.levels[1].perks.a perk: must be 1 to 40 letters, digits, "-" or "_", is \'a perk\'',
            ),
            ({"levels": levels(perks={"lounge": " "})}, "tiers.levels[1].perks.lounge: must not be empty"),
            (
                {"levels": levels(early_access_days=-1)},
                "tiers.levels[1].early_access_days: must be at least 0, is -1",
            ),
            ({"levels": levels(birthday_points=-5)}, "tiers.levels[1].birthday_points: must be at least 0, is -5"),
        ],
    )
    def test_each_flaw_is_named_with_its_place(self, changes: dict[str, Any], flaw: str) -> None:
        assert said(**changes) == [flaw]

    def test_an_amount_that_is_no_whole_number_is_shown_with_its_place(self) -> None:
        (flaw,) = flaws(metric=Metric.CUSTOM, amount="event.total")
        assert flaw.path == ("tiers", "amount")
        assert flaw.spot
        assert (flaw.spot.line, flaw.spot.excerpt.splitlines()[0]) == (1, "event.total")
        (other,) = flaws(metric=Metric.CUSTOM, amount="event.amount > 5")
        assert other.spot
        assert other.spot.reason == "must give a whole number, gives true or false"

    def test_thresholds_of_an_expression_are_whole(self) -> None:
        changes = {"metric": Metric.CUSTOM, "amount": "1", "levels": levels(threshold=Decimal("9.5"))}
        assert said(**changes) == [
            "tiers.levels[1].threshold: must be a whole number of what amount counts, is 9.5"
        ]

    def test_what_members_would_have_to_carry_is_bounded(self) -> None:
        many = tuple(Tier(f"t{n}", f"T{n}", Decimal(n * 10)) for n in range(12))
        assert said(levels=many, window=Window.ROLLING, landing=Landing.SOFT, grace_days=200) == [
            "tiers.grace_days: must be less: so many levels, landing softly after so much grace, need 111 months "
            "of every member; no more than 60 are kept"
        ]


class TestChange:
    @pytest.mark.parametrize(
        ("changes", "path", "reason"),
        [
            (
                {"metric": Metric.SPEND},
                "tiers.metric",
                "must stay points: what qualified so far is counted in it; move the thresholds of levels instead",
            ),
            (
                {"window": Window.ROLLING},
                "tiers.window",
                "must stay calendar_year: what qualified so far is counted by it; soften how tiers end by "
                "grace_days or landing instead",
            ),
        ],
    )
    def test_what_has_been_counted_stays_what_it_is(self, changes: dict[str, Any], path: str, reason: str) -> None:
        before, after = a_program(tiers=tiers()), a_program(tiers=tiers(**changes))
        assert [(path_text(flaw.path), flaw.reason) for flaw in check_change([before], after)] == [(path, reason)]

    @pytest.mark.parametrize(
        "changes",
        [
            {"grace_days": 30},
            {"landing": Landing.SOFT},
            {"months": 6},
            {"levels": levels(threshold=Decimal(2000))},
            {"levels": (BRONZE,)},
        ],
    )
    def test_how_it_is_judged_may_change(self, changes: dict[str, Any]) -> None:
        before, after = a_program(tiers=tiers()), a_program(tiers=tiers(**changes))
        assert list(check_change([before], after)) == []
