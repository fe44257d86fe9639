from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.earning.events.event import Event, EventLine
from domain.earning.returns.returns import Kept, Return, keep
from domain.refusals import Code, Refused

BREAD = EventLine("bread", "BAKERY", None, 5, 1000)
MILK = EventLine("milk", "DAIRY", None, 2, 300)
COUPON = EventLine("coupon", None, None, 1, -200)
PURCHASE = Event(
    "shop", "1", "purchase", "m", datetime(2026, 3, 10, 15, tzinfo=UTC), amount_minor=1300, lines=(BREAD, MILK)
)


def kept(*returns: Return, purchase: Event = PURCHASE) -> Kept:
    found = keep(purchase, returns, "USD")
    assert isinstance(found, Kept), found
    return found


def refused(*returns: Return, purchase: Event = PURCHASE) -> tuple[Code, tuple[str, ...]]:
    found = keep(purchase, returns, "USD")
    assert isinstance(found, Refused), found
    return (found.code, found.path)


def line(sku: str, quantity: int, amount: int, category: str | None = None) -> EventLine:
    return EventLine(sku, category, None, quantity, amount)


def back(*lines: EventLine, amount: int | None = None) -> Return:
    return Return(lines, amount)


class TestKeep:
    def test_without_returns_all_is_kept(self) -> None:
        assert kept() == Kept(PURCHASE, 1300, 1300)

    def test_units_of_a_line_come_back_with_their_money(self) -> None:
        found = kept(back(line("bread", 2, 400)))
        left = (BREAD._replace(quantity=3, amount_minor=600), MILK)
        assert found == Kept(replace(PURCHASE, amount_minor=900, lines=left), 1300, 900)

    def test_a_line_that_came_back_whole_is_gone(self) -> None:
        found = kept(back(line("bread", 2, 400)), back(line("bread", 3, 600)))
        assert found.event == replace(PURCHASE, amount_minor=300, lines=(MILK,))

    def test_nothing_is_kept_when_every_line_came_back_or_none_was_named(self) -> None:
        assert kept(back(BREAD, MILK)) == kept(back(BREAD), back(MILK)) == kept(Return()) == Kept(None, 1300, 0)

    def test_money_alone_lowers_what_was_paid_and_leaves_the_lines(self) -> None:
        assert kept(Return((), 500)).event == replace(PURCHASE, amount_minor=800)
        assert kept(Return((), 500), Return((), 800)).event is None

    def test_a_discount_on_the_basket_lowers_the_money_for_each_line_in_proportion(self) -> None:
        purchase = replace(PURCHASE, amount_minor=1000)
        found = kept(back(MILK), purchase=purchase)
        # 300 of 1300 lines were paid with 230.77: 769.23 are left, rounded up.
        assert (found.paid, found.kept) == (1000, 770)
        assert kept(back(MILK), back(BREAD), purchase=purchase).event is None

    def test_what_was_paid_back_in_all_counts_before_what_lines_say(self) -> None:
        purchase = replace(PURCHASE, amount_minor=1000)
        assert kept(back(MILK, amount=231), purchase=purchase).kept == 769
        assert kept(back(MILK, amount=231), back(BREAD), purchase=purchase).event is None

    def test_what_lines_do_not_cover_stays_when_they_come_back(self) -> None:
        purchase = replace(PURCHASE, amount_minor=1800)
        assert kept(back(BREAD, MILK), purchase=purchase).kept == 500
        assert kept(back(BREAD, MILK, amount=1800), purchase=purchase).event is None

    def test_a_fee_that_the_shop_keeps_is_kept(self) -> None:
        assert kept(back(BREAD, MILK, amount=1200)).event == replace(PURCHASE, amount_minor=100, lines=())

    def test_a_coupon_that_stays_lowers_what_is_kept_and_never_below_nothing(self) -> None:
        purchase = replace(PURCHASE, amount_minor=None, lines=(BREAD, MILK, COUPON))
        assert kept(back(BREAD), purchase=purchase).kept == 100
        assert kept(back(BREAD, MILK), purchase=purchase).event is None
        assert kept(back(BREAD, line("coupon", 1, -200)), purchase=purchase).kept == 300

    def test_of_two_lines_of_one_sku_the_one_that_is_alike_comes_back(self) -> None:
        cake = (line("cake", 1, 500, "BAKERY"), line("cake", 1, 200, "SALE"), line("cake", 2, 700, "BAKERY"))
        purchase = replace(PURCHASE, amount_minor=None, lines=cake)
        found = [
            kept(back(line("cake", 1, 200, "SALE")), purchase=purchase).event,
            kept(back(line("cake", 2, 700)), purchase=purchase).event,
            kept(back(line("cake", 2, 600)), purchase=purchase).event,
        ]
        assert [event.lines if event else () for event in found] == [
            (cake[0], cake[2]),
            (cake[0], cake[1]),
            (line("cake", 0, 100, "SALE"), cake[2]),
        ]

    def test_free_goods_are_kept_until_they_come_back(self) -> None:
        gift = replace(PURCHASE, amount_minor=0, lines=(line("gift", 2, 0),))
        assert kept(back(line("gift", 1, 0)), purchase=gift).event is not None
        assert kept(back(line("gift", 2, 0)), purchase=gift).event is None

    def test_an_event_without_money_comes_back_as_a_whole(self) -> None:
        review = replace(PURCHASE, type="review", amount_minor=None, lines=())
        assert kept(Return(), purchase=review) == Kept(None, None, None)
        assert refused(Return((), 1), purchase=review) == (Code.INVALID_INPUT, ("amount",))
        assert refused(back(BREAD), purchase=review) == (Code.INVALID_INPUT, ("lines", "0", "sku"))

    def test_a_coupon_that_comes_back_for_no_money_is_still_worth_what_it_was(self) -> None:
        purchase = replace(PURCHASE, amount_minor=None, lines=(BREAD, COUPON))
        found = kept(back(line("coupon", 1, 0)), purchase=purchase).event
        assert found is not None
        assert found.lines == (BREAD, COUPON._replace(quantity=0))

    def test_a_thousand_lines_of_one_sku_come_back_one_by_one_and_all_at_once(self) -> None:
        lines = tuple(line("bread", 1, 100 + place % 7, "BAKERY") for place in range(1_000))
        purchase = replace(PURCHASE, amount_minor=None, lines=lines)
        assert kept(back(*lines), purchase=purchase).event is None
        one_by_one = kept(*map(back, lines[:0:-1]), purchase=purchase).event
        assert one_by_one is not None
        assert one_by_one.lines == lines[:1]

    def test_a_part_of_a_cent_that_rounding_left_is_not_kept(self) -> None:
        purchase = replace(PURCHASE, amount_minor=1000)
        assert kept(back(MILK), back(BREAD, amount=769), purchase=purchase).event is None


class TestRefusals:
    @pytest.mark.parametrize(
        ("returned", "path"),
        [
            (back(line("wine", 1, 100)), ("lines", "0", "sku")),
            (back(MILK, line("bread", 6, 1000)), ("lines", "1", "quantity")),
            (back(line("bread", 5, 1001)), ("lines", "0", "amount")),
            (back(line("bread", 1, -200)), ("lines", "0", "amount")),
            (back(MILK, MILK), ("lines", "1", "quantity")),
            (Return((), 1301), ("amount",)),
            (back(MILK, amount=1301), ("amount",)),
        ],
    )
    def test_what_was_not_bought_cannot_come_back(self, returned: Return, path: tuple[str, ...]) -> None:
        assert refused(returned) == (Code.INVALID_INPUT, path)

    def test_nor_can_what_came_back_before(self) -> None:
        half = back(line("bread", 3, 600))
        assert refused(half, half) == (Code.INVALID_INPUT, ("lines", "0", "quantity"))
        assert refused(Return((), 700), Return((), 601)) == (Code.INVALID_INPUT, ("amount",))

    @pytest.mark.parametrize("again", [Return(), back(MILK), Return((), 1)])
    def test_when_nothing_is_left_it_says_so(self, again: Return) -> None:
        assert refused(Return(), again) == (Code.ALREADY_REVERSED, ("attributes", "order"))
        assert refused(Return((), 1300), again) == (Code.ALREADY_REVERSED, ("attributes", "order"))
