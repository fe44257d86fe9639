from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.events.event import Event, EventLine
from domain.earning.returns.refund import Refund, Standing, refund
from domain.earning.returns.returns import Return
from domain.ledger.state import Bucket, State
from domain.program.earning import Cap, CapPeriod, EarningRule, Rounding, Waits
from domain.program.levels import Metric, Tier, Tiers
from domain.program.program import Program
from domain.refusals import Refused
from tests.support.judging import around, judged
from tests.support.programs import BRONZE, GOLD, SILVER, SPEND, a_program

AT = datetime(2026, 3, 10, 15, tzinfo=UTC)
BREAD = EventLine("bread", "BAKERY", None, 5, 1000)
MILK = EventLine("milk", "DAIRY", None, 2, 300)
PURCHASE = Event("shop", "1", "purchase", "m", AT, amount_minor=1300, lines=(BREAD, MILK))
WELCOME = EarningRule("each", "Each", ("purchase",), 10, tier_multiplier=False)
MILES = EarningRule("miles", "Miles", ("purchase",), 2, Decimal("3.00"), "MILES", rounding=Rounding.UP)


def standing(program: Program, purchase: Event, tier: Tier, currency: str = "POINTS") -> Standing:
    """The award as the ledger has it before anything came back."""
    judgement = judged(program, purchase, tier)
    counted = sum(n for _, n in judgement.qualifying) if currency == "POINTS" else 0
    given = sum(one.points for one in judgement.awards if one.currency == currency)
    return Standing(currency, given, counted=counted)


def take_all(
    program: Program, purchase: Event, returns: list[Return], tier: Tier = BRONZE, currency: str = "POINTS"
) -> list[Refund]:
    """Every return in turn, as the ledger would book it; none may be refused."""
    now, taken = standing(program, purchase, tier, currency), []
    for count in range(1, len(returns) + 1):
        found = refund(around(program, purchase, tier), returns[:count], award_of=now)
        assert isinstance(found, Refund), found
        taken.append(found)
        now = now._replace(taken=now.taken + found.points, uncounted=now.uncounted + found.uncounted)
    return taken


def points(refunds: list[Refund]) -> list[int]:
    return [one.points for one in refunds]


class TestRefund:
    def test_two_of_five_items_take_back_exactly_what_they_earned(self) -> None:
        # 13.00 and 10.00 of bread twice: 23 points; kept are 9.00 and 6.00 of bread: 15.
        (found,) = take_all(a_program(), PURCHASE, [Return((BREAD._replace(quantity=2, amount_minor=400),))])
        assert found[:3] == (8, 8, "Kept 9.00 of 13.00 USD: 15 points stay, 8 are taken back")

    def test_partial_refunds_take_back_all_that_was_given_and_no_more(self) -> None:
        cents = [Return((BREAD._replace(quantity=1, amount_minor=200),)) for _ in range(5)]
        refunds = take_all(a_program(), PURCHASE, [*cents, Return((MILK,))], GOLD)
        assert points(refunds) == [6, 6, 6, 6, 6, 4]
        assert refunds[1].because == "Kept 9.00 of 13.00 USD: 22 points stay, 6 are taken back after 6 before"
        assert refunds[-1].because == "Nothing is kept: 4 points are taken back after 30 before"

    def test_the_rounding_of_the_award_is_not_lost_piece_by_piece(self) -> None:
        purchase = replace(PURCHASE, amount_minor=199, lines=(EventLine("pen", None, None, 2, 199),))
        halves = [Return((EventLine("pen", None, None, 1, cents),)) for cents in (99, 100)]
        assert points(take_all(a_program(), purchase, halves)) == [0, 1]

    def test_flat_points_stay_while_anything_is_kept(self) -> None:
        program = a_program(earning=(SPEND, WELCOME))
        assert points(take_all(program, PURCHASE, [Return((BREAD,)), Return((MILK,))])) == [20, 13]

    def test_an_event_without_money_goes_back_as_a_whole(self) -> None:
        review = replace(PURCHASE, type="review", amount_minor=None, lines=())
        (found,) = take_all(a_program(), review, [Return()])
        assert found[:3] == (25, 25, "Nothing is kept: 25 points are taken back")

    def test_each_currency_is_taken_back_by_its_own_rules(self) -> None:
        program = a_program(earning=(SPEND, MILES))
        returns = [Return((MILK,)), Return()]
        assert points(take_all(program, PURCHASE, returns, SILVER)) == [3, 25]
        assert points(take_all(program, PURCHASE, returns, SILVER, "MILES")) == [3, 8]

    def test_what_staff_took_back_of_it_is_not_taken_again(self) -> None:
        award_of = Standing("POINTS", 23, taken=5, counted=23, uncounted=5)
        found = refund(around(a_program(), PURCHASE, BRONZE), [Return((MILK,))], award_of=award_of)
        assert isinstance(found, Refund)
        assert found[:3] == (0, 0, "Kept 10.00 of 13.00 USD: 18 points stay, 0 are taken back after 5 before")
        found = refund(around(a_program(), PURCHASE, BRONZE), [Return()], award_of=award_of)
        assert isinstance(found, Refund)
        assert found[:3] == (18, 18, "Nothing is kept: 18 points are taken back after 5 before")

    def test_a_coupon_that_comes_back_gives_nothing_back(self) -> None:
        coupon = EventLine("coupon", None, None, 1, -200)
        purchase = replace(PURCHASE, amount_minor=None, lines=(BREAD, coupon))
        assert points(take_all(a_program(), purchase, [Return((coupon,)), Return((BREAD,))])) == [0, 18]

    @pytest.mark.parametrize(
        ("metric", "uncounted"), [(Metric.POINTS, [8, 15]), (Metric.SPEND, [400, 900]), (Metric.VISITS, [0, 1])]
    )
    def test_what_counted_for_tiers_goes_with_what_came_back(self, metric: Metric, uncounted: list[int]) -> None:
        program = a_program(tiers=Tiers(metric, (BRONZE,)))
        returns = [Return((BREAD._replace(quantity=2, amount_minor=400),)), Return()]
        assert [one.uncounted for one in take_all(program, PURCHASE, returns)] == uncounted

    def test_a_return_of_what_was_not_bought_is_refused(self) -> None:
        award_of = standing(a_program(), PURCHASE, BRONZE)
        found = refund(around(a_program(), PURCHASE, BRONZE), [Return((), 1301)], award_of=award_of)
        assert isinstance(found, Refused)
        assert found.path == ("amount",)


_skus = st.sampled_from(["a", "b", "c"])
_categories = st.sampled_from([None, "BAKERY", "FUEL", "TOBACCO"])
_lines = st.lists(
    st.builds(EventLine, _skus, _categories, st.none(), st.integers(1, 4), st.integers(-500, 5000)), max_size=5
).map(tuple)
_purchases = st.builds(
    Event, st.just("shop"), st.just("1"), st.just("purchase"), st.just("m"), st.just(AT), st.none(),
    st.none() | st.integers(0, 12_000), st.none(), _lines
)  # fmt: skip
_rules = st.builds(
    replace,
    st.just(SPEND),
    points=st.integers(1, 7),
    per=st.sampled_from([Decimal("1.00"), Decimal("3.00"), Decimal("0.07")]),
    rounding=st.sampled_from(Rounding),
    categories=st.just({"BAKERY": Decimal("2.5"), "FUEL": Decimal("0.5"), "TOBACCO": Decimal(0)}),
)
_programs = st.builds(
    lambda rule, flat, metric: a_program(
        earning=(rule, MILES, *((WELCOME,) if flat else ())), tiers=Tiers(metric, (BRONZE, SILVER, GOLD))
    ),
    _rules,
    st.booleans(),
    st.sampled_from(Metric),
)
_tiers = st.sampled_from([BRONZE, SILVER, GOLD])


@st.composite
def returned(draw: st.DrawFn, purchase: Event) -> Return:
    """Some of the lines, or some money, that may well have come back before."""
    if not purchase.lines or draw(st.booleans()):
        return Return((), draw(st.integers(0, 4000)))
    back = []
    for line in draw(st.lists(st.sampled_from(purchase.lines), min_size=1, max_size=3)):
        units = draw(st.integers(0, line.quantity))
        cents = sorted([0, line.amount_minor])
        back.append(line._replace(quantity=units, amount_minor=draw(st.integers(*cents))))
    return Return(tuple(back), draw(st.none() | st.integers(0, 4000)))


class TestLaws:
    @given(st.data(), _programs, _purchases, _tiers, st.sampled_from(["POINTS", "MILES"]))
    def test_however_it_comes_back_no_more_is_taken_than_was_given_and_all_in_the_end(
        self, data: st.DataObject, program: Program, purchase: Event, tier: Tier, currency: str
    ) -> None:
        before = now = standing(program, purchase, tier, currency)
        returns: list[Return] = []
        for one in [*data.draw(st.lists(returned(purchase), max_size=6)), Return()]:
            found = refund(around(program, purchase, tier), [*returns, one], award_of=now)
            if isinstance(found, Refused):
                continue
            returns.append(one)
            assert found.points >= 0
            assert found.uncounted >= 0
            now = now._replace(taken=now.taken + found.points, uncounted=now.uncounted + found.uncounted)
            assert now.taken <= before.given
            assert now.uncounted <= before.counted
        assert (now.taken, now.uncounted) == (before.given, before.counted)

    @given(
        st.data(),
        _programs,
        st.lists(st.tuples(_categories, st.integers(1, 4), st.integers(0, 900)), min_size=1, max_size=4),
        _tiers,
    )
    def test_what_is_taken_is_the_award_of_all_less_the_award_of_what_is_kept(
        self, data: st.DataObject, program: Program, basket: list[tuple[str | None, int, int]], tier: Tier
    ) -> None:
        def purchase_of(units: list[int]) -> Event:
            lines = tuple(
                EventLine(f"sku-{place}", category, None, units[place], units[place] * price)
                for place, (category, _, price) in enumerate(basket)
                if units[place]
            )
            return Event("shop", "1", "purchase", "m", AT, lines=lines)

        bought = [units for _, units, _ in basket]
        left, returns = list(bought), []
        pieces = [place for place, units in enumerate(bought) for _ in range(units)]
        for place in data.draw(st.permutations(pieces))[: data.draw(st.integers(1, len(pieces)))]:
            left[place] -= 1
            returns.append(Return((EventLine(f"sku-{place}", None, None, 1, basket[place][2]),)))
        purchase = purchase_of(bought)
        if not any(units * price for units, (_, _, price) in zip(left, basket, strict=True)):
            returns = [Return()]  # only goods that cost nothing are left: the last paid ones take all with them
            left = [0] * len(left)
        taken = sum(points(take_all(program, purchase, returns, tier)))
        given = standing(program, purchase, tier).given
        kept = standing(program, purchase_of(left), tier).given if any(left) else 0
        assert taken == given - kept


class TestCircumstances:
    """What a refund takes back goes by what stood when the award was given."""

    HALF = Return((BREAD._replace(quantity=2, amount_minor=400), MILK._replace(quantity=1, amount_minor=150)))

    def test_caps_come_out_as_they_did(self) -> None:
        capped = replace(SPEND, categories={}, caps=(Cap(10, CapPeriod.DAY),))
        program = a_program(earning=(capped,))
        # Of 13.00 only 10 points were given; 7.50 is kept.
        found = refund(around(program, PURCHASE, BRONZE), [self.HALF], award_of=Standing("POINTS", 10))
        assert isinstance(found, Refund)
        assert found.points == 3
        used = State(counters={"rule:spend/day": (Bucket(AT.date().toordinal(), 4),)})
        again = around(program, PURCHASE, BRONZE, state=used)
        found = refund(again, [self.HALF], award_of=Standing("POINTS", 6))
        assert isinstance(found, Refund)
        assert found.points == 0

    def test_an_entry_of_a_rules_own_is_judged_by_that_rule(self) -> None:
        own = EarningRule("own", "Own", ("purchase",), 2, Decimal("1.00"), waits=Waits(3))
        circumstances = around(a_program(earning=(SPEND, own)), PURCHASE, BRONZE)
        taken = [
            refund(circumstances, [self.HALF], award_of=Standing("POINTS", 23, rule=None)),
            refund(circumstances, [self.HALF], award_of=Standing("POINTS", 26, rule="own")),
        ]
        assert [one.points for one in taken if isinstance(one, Refund)] == [10, 11]

    def test_where_the_whole_would_earn_another_number_now_the_part_goes_by_it(self) -> None:
        rule = replace(SPEND, categories={}, when="profile.club == 'gold'")
        circumstances = around(a_program(earning=(replace(rule, points=2),)), PURCHASE, BRONZE)
        member = circumstances.person._replace(profile={"club": "gold"})
        # It gave 13; today it would give 26, and 15 for what is kept: 15 of 26 of 13 points stay.
        found = refund(replace(circumstances, person=member), [self.HALF], award_of=Standing("POINTS", 13))
        assert isinstance(found, Refund)
        assert found.points == 13 - 8
        # Today it would give nothing: 7.50 of 13.00 USD are kept, and so many of the points.
        found = refund(circumstances, [self.HALF], award_of=Standing("POINTS", 13))
        assert isinstance(found, Refund)
        assert found.points == 13 - 8
