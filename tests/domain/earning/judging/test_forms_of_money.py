import math
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.events.event import Event, EventLine
from domain.earning.judging.judgement import Award
from domain.ledger.entry import AwardLine
from domain.program.earning import EarningRule, Rounding
from domain.program.levels import Tier
from tests.support.judging import awards
from tests.support.programs import BRONZE, GOLD, REVIEW, SILVER, SPEND, a_program

AT = datetime(2026, 3, 10, 15, tzinfo=UTC)


def purchase(amount: int | None, *lines: tuple[str | None, int], **more: Any) -> Event:
    basket = tuple(
        EventLine(f"sku-{i}", category, amount_minor=cents) for i, (category, cents) in enumerate(lines)
    )
    return Event("till", "1", "purchase", "m", AT, amount_minor=amount, lines=basket, **more)


def only(awards: tuple[Award, ...]) -> Award:
    (one,) = awards
    return one


class TestSpending:
    def test_the_amount_counts_once_and_a_category_its_multiplier(self) -> None:
        given = only(awards(a_program(), purchase(1250, ("BAKERY", 400), ("MEAT", 850)), tier=BRONZE))
        because = "12.50 USD at 1 point for each 1.00; BAKERY 4.00 counts ×2: 16.50 → 16, rounded down"
        assert given == Award("POINTS", 16, (AwardLine("spend", 7, 16, because),))

    def test_lines_of_one_category_are_rounded_together(self) -> None:
        given = only(awards(a_program(), purchase(150, ("BAKERY", 75), ("BAKERY", 75)), tier=BRONZE))
        assert given.lines[0].because == "1.50 USD at 1 point for each 1.00; BAKERY 1.50 counts ×2: 3"

    def test_a_discount_on_the_basket_lowers_each_line_in_proportion(self) -> None:
        given = only(awards(a_program(), purchase(900, ("BAKERY", 400), (None, 700)), tier=BRONZE))
        assert given.points == 12
        assert given.lines[0].because == (
            "9.00 USD at 1 point for each 1.00; BAKERY 4.00 counts ×2; "
            "of lines of 11.00, so each counts in proportion: 12.2727… → 12, rounded down"
        )

    def test_what_nothing_was_paid_for_earns_nothing(self) -> None:
        assert awards(a_program(), purchase(0, ("BAKERY", 10_000)), tier=BRONZE) == ()

    def test_what_lines_do_not_cover_counts_at_one(self) -> None:
        assert only(awards(a_program(), purchase(2000, ("BAKERY", 400)), tier=BRONZE)).points == 24

    def test_without_lines_the_amount_alone_counts(self) -> None:
        assert only(awards(a_program(), purchase(1999), tier=BRONZE)).points == 19

    def test_without_an_amount_the_lines_alone_count(self) -> None:
        assert only(awards(a_program(), purchase(None, ("BAKERY", 400), (None, 100)), tier=BRONZE)).points == 9

    @pytest.mark.parametrize(
        "event",
        [
            purchase(None),
            purchase(0),
            purchase(99),
            purchase(-500),
            purchase(100, ("BAKERY", -400)),
            purchase(1000, currency="EUR"),
            replace(purchase(1000), type="browse"),
        ],
    )
    def test_an_event_without_value_earns_nothing(self, event: Event) -> None:
        assert awards(a_program(), event, tier=GOLD) == ()

    def test_a_category_may_count_for_less_or_not_at_all(self) -> None:
        rule = replace(SPEND, categories={"FUEL": Decimal("0.5"), "TOBACCO": Decimal(0)})
        event = purchase(3000, ("FUEL", 1000), ("TOBACCO", 800), (None, 1200))
        line = only(awards(a_program(earning=(rule,)), event, tier=BRONZE)).lines[0]
        assert line.because == (
            "30.00 USD at 1 point for each 1.00; FUEL 10.00 counts ×0.5; TOBACCO 8.00 counts ×0: 17"
        )

    @pytest.mark.parametrize(
        ("rounding", "amount", "points"),
        [
            (Rounding.DOWN, 199, 1),
            (Rounding.UP, 101, 2),
            (Rounding.HALF_EVEN, 150, 2),
            (Rounding.HALF_EVEN, 250, 2),
            (Rounding.HALF_EVEN, 251, 3),
        ],
    )
    def test_the_rule_names_its_rounding(self, rounding: Rounding, amount: int, points: int) -> None:
        program = a_program(earning=(replace(SPEND, rounding=rounding),))
        assert only(awards(program, purchase(amount), tier=BRONZE)).points == points

    def test_thirds_are_exact_and_shown_as_cut(self) -> None:
        program = a_program(earning=(replace(SPEND, points=2, per=Decimal("3.00"), categories={}),))
        line = only(awards(program, purchase(1000), tier=BRONZE)).lines[0]
        assert line.because == "10.00 USD at 2 points for each 3.00: 6.6666… → 6, rounded down"

    def test_money_without_minor_digits_is_counted_whole(self) -> None:
        program = a_program(money="JPY", earning=(replace(SPEND, per=Decimal(100)),))
        line = only(awards(program, purchase(1250), tier=BRONZE)).lines[0]
        assert line.because == "1250 JPY at 1 point for each 100: 12.5 → 12, rounded down"


class TestFlat:
    def test_a_flat_rule_gives_its_points_an_event(self) -> None:
        event = Event("app", "1", "review", "m", AT)
        line = AwardLine("review", 7, 25, "25 points for each review")
        assert awards(a_program(), event, tier=GOLD) == (Award("POINTS", 25, (line,)),)


class TestTier:
    def test_the_tier_multiplies_in_a_line_of_its_own_rounded_down(self) -> None:
        given = only(awards(a_program(), purchase(1700), tier=SILVER))
        because = "Silver counts ×1.25: 0.25 more for each of 17 points: 4.25 → 4, rounded down"
        assert given.points == 21
        assert given.lines[1] == AwardLine("tier:silver", 7, 4, because)

    def test_it_multiplies_only_what_rules_allow(self) -> None:
        extra = EarningRule("extra", "Extra", ("purchase",), 10, tier_multiplier=False)
        given = only(awards(a_program(earning=(SPEND, extra)), purchase(1000), tier=GOLD))
        assert [(line.rule, line.points) for line in given.lines] == [
            ("spend", 10),
            ("extra", 10),
            ("tier:gold", 5),
        ]

    def test_a_bonus_below_one_point_is_left_out(self) -> None:
        assert [line.rule for line in only(awards(a_program(), purchase(300), tier=SILVER)).lines] == ["spend"]


class TestCurrencies:
    def test_each_currency_has_an_award_of_its_own_in_the_programmes_order(self) -> None:
        miles = replace(SPEND, code="miles", currency="MILES", points=3, categories={})
        given = awards(a_program(earning=(miles, SPEND, REVIEW)), purchase(1000), tier=GOLD)
        assert [(a.currency, a.points) for a in given] == [("POINTS", 15), ("MILES", 45)]


multipliers = st.decimals(0, 20, places=3)


@given(
    amount=st.none() | st.integers(-(10**7), 10**7),
    lines=st.lists(st.tuples(st.sampled_from([None, "A", "B", "C"]), st.integers(-1000, 10**6)), max_size=6),
    categories=st.dictionaries(st.sampled_from(["A", "B"]), multipliers),
    points=st.integers(1, 50),
    per=st.decimals("0.01", 100, places=2),
    tier=st.builds(Tier, st.just("t"), st.just("T"), st.just(Decimal(0)), st.decimals(1, 5, places=3)),
)
def test_points_add_up_and_are_within_one_of_the_exact_value(
    amount: int | None,
    lines: list[tuple[str | None, int]],
    categories: dict[str, Decimal],
    points: int,
    per: Decimal,
    tier: Tier,
) -> None:
    whole = sum(cents for _, cents in lines)
    total = whole if amount is None else amount
    paid = Fraction(total, whole) if 0 <= total < whole else Fraction(1)
    exact = Fraction(total)
    for category, cents in lines:
        exact += paid * cents * (Fraction(categories.get(category or "", Decimal(1))) - 1)
    exact = exact * points / (Fraction(per) * 100)
    for rounding, expected in (
        (Rounding.DOWN, math.floor(exact)),
        (Rounding.UP, math.ceil(exact)),
        (Rounding.HALF_EVEN, round(exact)),
    ):
        rule = EarningRule("r", "R", ("purchase",), points, per, categories=categories, rounding=rounding)
        found = awards(a_program(earning=(rule,)), purchase(amount, *lines), tier=tier)
        if expected <= 0:
            assert found == ()
            continue
        given = only(found)
        assert given.lines[0].points == expected
        assert given.points == expected + math.floor((Fraction(tier.multiplier) - 1) * expected)
        assert given.points == sum(line.points for line in given.lines)
        assert all(line.points > 0 and line.because for line in given.lines)
