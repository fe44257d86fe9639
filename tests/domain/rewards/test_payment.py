"""Points at checkout: exact sums, whatever the rate, and returns that add up to what was captured."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.program.rewards import PayWithPoints
from domain.refusals import Code, InsufficientPoints, LimitReached, Refused
from domain.rewards.payment import (
    MAX_RETURNS,
    Part,
    Payment,
    PaymentStatus,
    Rate,
    Returned,
    most_points,
    offer,
    payment_in,
    payment_reference,
    to_capture,
    to_return,
    with_return,
    with_reversed,
)
from tests.support.ledger import NOW
from tests.support.payments import a_payment
from tests.support.programs import a_program

TERMS = PayWithPoints(100, Decimal("1.00"), least=50, most_percent=50)
PROGRAM = a_program(pay_with_points=TERMS)
rates = st.builds(Rate, st.integers(1, 10_000), st.integers(1, 10_000))


def captured(payment: Payment, part: Part | None = None) -> Payment:
    return replace(payment, captured=3, spent=part or Part(payment.points, payment.amount))


def code_of(outcome: object) -> tuple[Code, tuple[str, ...]]:
    assert isinstance(outcome, Refused), outcome
    return outcome.code, outcome.path


class TestOffer:
    def test_as_many_as_the_terms_and_the_balance_allow(self) -> None:
        assert offer(PROGRAM, 1001, None, 10_000) == Part(500, 500)
        assert offer(PROGRAM, 1001, None, 320) == Part(320, 320)
        assert offer(PROGRAM, 1001, 60, 320) == Part(60, 60)

    def test_points_that_would_pay_nothing_stay_where_they_are(self) -> None:
        program = a_program(pay_with_points=PayWithPoints(3, Decimal("0.02")))
        assert offer(program, 100, 4, 10) == Part(3, 2)
        assert offer(program, 2, None, 10) == Part(3, 2)

    def test_too_few_points_say_how_many_it_takes(self) -> None:
        refused = offer(PROGRAM, 1000, None, 49)
        assert isinstance(refused, InsufficientPoints)
        assert (refused.required, refused.available) == (50, 49)
        asked = offer(PROGRAM, 1000, 60, 59)
        assert isinstance(asked, InsufficientPoints)
        assert (asked.required, asked.available) == (60, 59)

    def test_less_than_the_least_and_more_than_the_most_are_refused(self) -> None:
        assert code_of(offer(PROGRAM, 1000, 49, 900)) == (Code.INVALID_INPUT, ("points",))
        assert code_of(offer(PROGRAM, 1000, 501, 900)) == (Code.INVALID_INPUT, ("points",))
        assert code_of(offer(PROGRAM, 99, None, 900)) == (Code.INVALID_INPUT, ("basket",))
        assert code_of(offer(a_program(), 1000, None, 900)) == (Code.NOT_AVAILABLE_NOW, ())

    def test_points_that_are_worth_less_than_a_cent_pay_nothing(self) -> None:
        program = a_program(pay_with_points=PayWithPoints(1000, Decimal("0.01")))
        assert code_of(offer(program, 1000, 999, 2000)) == (Code.INVALID_INPUT, ("points",))
        assert offer(program, 1000, None, 1999) == Part(1000, 1)
        assert code_of(offer(program, 1000, None, 999)) == (Code.INSUFFICIENT_POINTS, ())

    @given(rates, st.integers(0, 10**9))
    def test_the_most_points_pay_no_more_than_the_amount_and_one_more_would(self, rate: Rate, amount: int) -> None:
        points = most_points(rate, amount)
        assert rate.worth(points) <= amount < rate.worth(points + 1)

    @given(rates, st.integers(0, 10**9))
    def test_needed_points_pay_the_amount_and_one_fewer_would_not(self, rate: Rate, amount: int) -> None:
        needed = rate.needed(amount)
        assert rate.worth(needed) >= amount
        assert not needed or rate.worth(needed - 1) < amount


class TestToCapture:
    def test_all_or_the_fewest_points_that_pay_an_amount(self) -> None:
        payment = a_payment(Rate(3, 2), 10)
        assert to_capture(payment, None) == Part(15, 10)
        assert to_capture(payment, 3) == Part(5, 3)

    def test_none_and_more_than_is_held_are_refused(self) -> None:
        for amount in (0, -1, 1001):
            assert code_of(to_capture(a_payment(), amount)) == (Code.INVALID_INPUT, ("amount",))


class TestToReturn:
    @given(rates, st.integers(1, 10**6), st.lists(st.integers(1, 10**6), max_size=20))
    def test_returns_add_up_to_just_what_was_captured(self, rate: Rate, amount: int, parts: list[int]) -> None:
        payment = captured(a_payment(rate, amount))
        for wanted in [*parts, None]:
            part = to_return(payment, wanted)
            if isinstance(part, Part):
                assert part.points > 0
                payment = with_return(payment, Returned(9, part.points, part.amount), NOW)
        assert payment.returned == payment.spent
        assert payment.status_at(NOW) is PaymentStatus.RETURNED
        assert code_of(to_return(payment, None)) == (Code.ALREADY_REVERSED, ("paymentId",))

    def test_refusals(self) -> None:
        assert code_of(to_return(a_payment(), None)) == (Code.HOLD_NOT_OPEN, ("paymentId",))
        payment = captured(a_payment(), Part(300, 300))
        for amount in (0, -5, 301):
            assert code_of(to_return(payment, amount)) == (Code.INVALID_INPUT, ("amount",))
        cheap = captured(a_payment(Rate(1, 100), 500))
        assert code_of(to_return(cheap, 99)) == (Code.INVALID_INPUT, ("amount",))

    def test_the_last_of_many_returns_takes_all_that_is_left(self) -> None:
        payment = captured(a_payment())
        for _ in range(MAX_RETURNS - 1):
            payment = with_return(payment, Returned(9, 1, 1), NOW)
        assert isinstance(to_return(payment, 1), LimitReached)
        assert to_return(payment, None) == Part(901, 901)

    def test_what_staff_give_back_leaves_no_room_for_more_of_them(self) -> None:
        payment = captured(a_payment())
        for _ in range(MAX_RETURNS - 1):
            payment = with_return(payment, Returned(9, 1, 1), NOW)
        payment = with_reversed(payment, 9, 1, NOW)
        assert isinstance(to_return(payment, 1), LimitReached)
        assert to_return(payment, None) == Part(900, 900)

    @given(rates, st.integers(1, 10**6), st.data())
    def test_what_staff_gave_back_is_not_returned_again(
        self, rate: Rate, amount: int, data: st.DataObject
    ) -> None:
        payment = captured(a_payment(rate, amount))
        points = data.draw(st.integers(1, payment.points))
        payment = with_reversed(payment, 4, points, NOW)
        assert payment.returned.points == points
        assert payment.returned.amount <= amount
        left = to_return(payment, None)
        if points == payment.points:
            assert code_of(left) == (Code.ALREADY_REVERSED, ("paymentId",))
        else:
            assert left == Part(payment.points - points, amount - payment.returned.amount)


class TestStatusAt:
    def test_what_nobody_captured_in_time_is_over_without_any_entry(self) -> None:
        payment = a_payment()
        assert payment.status_at(NOW) is PaymentStatus.HELD
        assert payment.status_at(payment.expires_at) is PaymentStatus.EXPIRED
        assert replace(payment, released=3).status_at(payment.expires_at) is PaymentStatus.RELEASED
        assert captured(payment).status_at(payment.expires_at) is PaymentStatus.CAPTURED


class TestReference:
    def test_it_names_the_payment_and_no_other_does(self) -> None:
        assert payment_in(payment_reference("p")) == "p"
        assert payment_in("redemption/p") is None
        assert payment_in(None) is None
