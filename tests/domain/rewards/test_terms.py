"""What a member pays, what bounds it, and every reason why not: all from what is known, without any store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.facts.circumstances import Person
from domain.ledger.state import EMPTY_STATE
from domain.program.earning import Calendar, CapOf, Period, Segment
from domain.program.rewards import Price, Reward, RewardKind, RewardLimit, Sale, Variant
from domain.refusals import Code, LimitReached
from domain.rewards.availability import availability
from domain.rewards.eyes import Eyes
from domain.rewards.limits import bounds_of, resets_at
from domain.rewards.prices import Quoted, quote
from tests.support.programs import a_program

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAY = NOON.date()
FILM = Reward("film", "A film", RewardKind.COUPON, 101, copay=Decimal(2), categories=("fun",))


def eyes(at: datetime = NOON, **changes: Any) -> Eyes:
    program = a_program(segments=(Segment("all", "All", "member.days >= 0"),), **changes)
    return Eyes(program, "m1", EMPTY_STATE, Person(DAY - timedelta(days=9)), at)


class TestQuote:
    @pytest.mark.parametrize(
        ("prices", "expected"),
        [
            ((), Quoted(101, Decimal(2))),
            ((Price(90, name="Nine"),), Quoted(90, None, "Nine")),
            ((Price(90, tiers=("gold",)),), Quoted(101, Decimal(2))),
            ((Price(90, tiers=("gold",), segments=("all",)),), Quoted(90)),
            ((Price(101, Decimal(1), "Same"),), Quoted(101, Decimal(1), "Same")),
            ((Price(101, Decimal(2), "Later"),), Quoted(101, Decimal(2))),
            ((Price(90, starts=NOON + timedelta(milliseconds=1)),), Quoted(101, Decimal(2))),
            ((Price(90, ends=NOON),), Quoted(101, Decimal(2))),
            ((Price(90, starts=NOON, ends=NOON + timedelta(milliseconds=1)),), Quoted(90)),
            ((Price(200),), Quoted(101, Decimal(2))),
        ],
    )
    def test_the_fewest_points_of_the_prices_that_are_theirs(
        self, prices: tuple[Price, ...], expected: Quoted
    ) -> None:
        assert quote(replace(FILM, prices=prices), eyes()) == expected

    @pytest.mark.parametrize(
        ("sale", "cost"),
        [
            (Sale("s", "Sale", 20), 81),
            (Sale("s", "Sale", 99), 2),
            (Sale("s", "Sale", 20, rewards=("film",)), 81),
            (Sale("s", "Sale", 20, categories=("fun", "food")), 81),
            (Sale("s", "Sale", 20, kinds=(RewardKind.COUPON,)), 81),
            (Sale("s", "Sale", 20, kinds=(RewardKind.GOODS,), rewards=("mug",)), 101),
            (Sale("s", "Sale", 20, segments=("all",)), 81),
            (Sale("s", "Sale", 20, tiers=("gold",)), 101),
            (Sale("s", "Sale", 20, calendar="fair"), 81),
            (Sale("s", "Sale", 20, calendar="moon"), 101),
            (Sale("s", "Sale", 20, ends=NOON), 101),
        ],
    )
    def test_a_sale_takes_off_up_to_a_whole_point(self, sale: Sale, cost: int) -> None:
        calendars = (Calendar("fair", (DAY,)), Calendar("moon", (DAY + timedelta(days=1),)))
        found = quote(FILM, eyes(sales=(sale,), calendars=calendars))
        assert found == Quoted(cost, Decimal(2), "Sale" if cost < 101 else None)

    def test_of_several_sales_the_best_one_alone(self) -> None:
        sales = (Sale("a", "A", 10), Sale("b", "B", 30), Sale("c", "C", 30))
        assert quote(FILM, eyes(sales=sales)) == Quoted(71, Decimal(2), "B")

    @given(st.integers(1, 10**9), st.integers(1, 99))
    def test_it_is_never_nothing_and_never_more(self, cost: int, percent: int) -> None:
        found = quote(replace(FILM, cost=cost), eyes(sales=(Sale("a", "A", percent),))).cost
        assert 1 <= found <= cost
        assert found * 100 >= cost * (100 - percent) or found == 1
        assert (found - 1) * 100 < cost * (100 - percent)


class TestLimits:
    @pytest.mark.parametrize(
        ("per", "end"),
        [
            (Period.DAY, datetime(2026, 6, 16, 4, tzinfo=UTC)),
            (Period.WEEK, datetime(2026, 6, 22, 4, tzinfo=UTC)),
            (Period.MONTH, datetime(2026, 7, 1, 4, tzinfo=UTC)),
            (Period.YEAR, datetime(2027, 1, 1, 5, tzinfo=UTC)),
            (Period.EVER, None),
        ],
    )
    def test_a_period_ends_with_the_programmes_own_day(self, per: Period, end: datetime | None) -> None:
        assert resets_at(a_program(), per, DAY) == end

    def test_the_day_is_that_of_the_programme_and_each_member_has_a_row_of_their_own(self) -> None:
        reward = replace(FILM, limits=(RewardLimit(1, Period.DAY), RewardLimit(9, Period.MONTH, CapOf.EVERYONE)))
        late = datetime(2026, 7, 1, 3, 59, tzinfo=UTC)  # still June in New York
        month = 2026 * 12 + 5
        assert [bound.id for bound in bounds_of(a_program(), reward, "m1", late)] == [
            f"reward:film/day/m1|{datetime(2026, 6, 30).toordinal()}",
            f"reward:film/month|{month}",
        ]

    def test_of_several_the_one_that_stays_used_up_longest_is_said(self) -> None:
        limits = (RewardLimit(1, Period.DAY), RewardLimit(3), RewardLimit(2, Period.MONTH))
        reward = replace(FILM, limits=limits)
        used = {bound.id: 2 for bound in bounds_of(a_program(), reward, "m1", NOON)}
        found = availability(reward, eyes(), used=used)
        (limit,) = [one for one in found.refusals if isinstance(one, LimitReached)]
        assert (limit.limit, limit.resets_at) == (2, datetime(2026, 7, 1, 4, tzinfo=UTC))
        (ever,) = [
            one
            for one in availability(reward, eyes(), used=used, quantity=2).refusals
            if isinstance(one, LimitReached)
        ]
        assert (ever.limit, ever.resets_at) == (3, None)


class TestAvailability:
    def test_every_reason_at_once(self) -> None:
        reward = replace(
            FILM,
            available_from=NOON + timedelta(days=1),
            min_tier="gold",
            when="member.days > 30",
            why="After a month.",
            stock=0,
            limits=(RewardLimit(1),),
        )
        found = availability(reward, eyes(), used={"reward:film/ever/m1|0": 1})
        assert [refusal.code for refusal in found.refusals] == [
            Code.NOT_AVAILABLE_NOW,
            Code.NOT_ELIGIBLE,
            Code.OUT_OF_STOCK,
            Code.LIMIT_REACHED,
            Code.INSUFFICIENT_POINTS,
        ]
        assert (found.cost, found.missing_points, found.redeemable) == (101, 101, False)

    def test_a_reward_of_variants_is_out_of_stock_when_all_of_them_are(self) -> None:
        small, large = Variant("s", "Small", stock=0), Variant("l", "Large", stock=3)
        found = availability(replace(FILM, variants=(small, large)), eyes())
        assert Code.OUT_OF_STOCK not in {refusal.code for refusal in found.refusals}
        assert [bool(one.refusals) for one in found.variants] == [True, False]
        none = availability(replace(FILM, variants=(small,)), eyes())
        assert Code.OUT_OF_STOCK in {refusal.code for refusal in none.refusals}

    def test_what_cannot_be_told_does_not_hold_and_is_kept_to_be_said(self) -> None:
        looking = eyes()
        found = availability(replace(FILM, when="profile.n > 3"), looking)
        assert Code.NOT_ELIGIBLE in {refusal.code for refusal in found.refusals}
        assert list(looking.failures) == ["reward:film"]
