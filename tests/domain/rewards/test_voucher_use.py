from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from domain.refusals import Code, LimitReached, NotEligible, Refused
from domain.rewards.redemption import RedemptionStatus, Voucher, VoucherUse
from domain.rewards.voucher_status import VoucherStatus, voucher_status
from domain.rewards.voucher_use import MAX_USES, Terms, Used, use_voucher
from tests.support.ledger import NOW
from tests.support.vouchers import CARD, CODE, COUPON, ENDS, a_redemption

LATER = NOW + timedelta(hours=1)
ANYWHERE = Terms((), "USD")


def a_use(
    receipt: str = "1", amount: str | None = None, *, store: str = "north", at: datetime = LATER
) -> VoucherUse:
    return VoucherUse(store, "till-7", receipt, at, Decimal(amount) if amount else None)


def used(voucher: Voucher, *uses: VoucherUse) -> Used:
    """The outcome of the last of these uses."""
    redemption = a_redemption(voucher)
    for use in uses:
        outcome = use_voucher(redemption, CODE, use, ANYWHERE)
        assert isinstance(outcome, Used)
        redemption = outcome.redemption
    return outcome


class TestUse:
    def test_a_voucher_is_used_up_at_once_and_with_the_last_of_them_the_redemption(self):
        outcome = used(COUPON, a_use())
        assert outcome.voucher == replace(COUPON, used_at=LATER, uses=(a_use(),))
        assert outcome.redemption == a_redemption(
            outcome.voucher, status=RedemptionStatus.USED, updated_at=LATER, revision=1
        )
        assert not outcome.again

    def test_of_several_the_redemption_is_used_with_the_last(self):
        redemption = a_redemption(COUPON, replace(COUPON, code="OTHER"))
        first = use_voucher(redemption, CODE, a_use(), ANYWHERE)
        assert isinstance(first, Used)
        assert (first.redemption.status, first.redemption.updated_at) == (RedemptionStatus.ISSUED, NOW)
        last = use_voucher(first.redemption, "other", a_use(at=ENDS - timedelta(1)), ANYWHERE)
        assert isinstance(last, Used)
        assert (last.redemption.status, last.redemption.revision) == (RedemptionStatus.USED, 2)

    def test_a_gift_card_is_used_in_parts_up_to_its_last_cent(self):
        part = used(CARD, a_use("1", "24.99"))
        assert (part.voucher.left, part.voucher.used_at) == (Decimal("0.01"), None)
        assert part.redemption.status is RedemptionStatus.ISSUED
        whole = used(CARD, a_use("1", "24.99"), a_use("2", "0.01"))
        assert (whole.voucher.left, whole.voucher.used_at) == (Decimal("0.00"), LATER)
        assert whole.redemption.status is RedemptionStatus.USED

    @pytest.mark.parametrize("voucher", [COUPON, CARD])
    def test_the_same_receipt_of_the_same_till_answers_the_same_for_ever(self, voucher):
        amount = None if voucher is COUPON else "25.00"
        first = used(voucher, a_use("1", amount))
        again = use_voucher(first.redemption, CODE.lower(), a_use("1", amount, at=ENDS), Terms(("south",), "USD"))
        assert again == replace(first, again=True)

    def test_the_same_amount_written_otherwise_is_the_same(self):
        assert used(CARD, a_use("1", "5.00"), a_use("1", "5")).again

    def test_a_store_among_those_of_the_reward_may(self):
        terms = Terms(("south", "north"), "USD")
        assert isinstance(use_voucher(a_redemption(COUPON), CODE, a_use(), terms), Used)

    def test_it_holds_until_its_last_millisecond(self):
        moment = timedelta(milliseconds=1)
        assert isinstance(use_voucher(a_redemption(COUPON), CODE, a_use(at=ENDS - moment), ANYWHERE), Used)
        assert isinstance(use_voucher(a_redemption(COUPON), CODE, a_use(at=ENDS), ANYWHERE), Refused)

    def test_a_code_of_another_redemption_is_a_fault(self):
        with pytest.raises(ValueError, match="no such voucher"):
            use_voucher(a_redemption(COUPON), "another", a_use(), ANYWHERE)


class TestRefusals:
    @pytest.mark.parametrize(
        ("voucher", "use", "code", "path"),
        [
            (COUPON, a_use(at=ENDS), Code.NOT_AVAILABLE_NOW, "code"),
            (replace(COUPON, void_at=NOW), a_use(), Code.NOT_AVAILABLE_NOW, "code"),
            (replace(COUPON, used_at=NOW), a_use(), Code.LIMIT_REACHED, "code"),
            (replace(COUPON, used_at=NOW), a_use(at=ENDS), Code.LIMIT_REACHED, "code"),
            (COUPON, a_use(store="west"), Code.NOT_ELIGIBLE, "store"),
            (COUPON, a_use(amount="1"), Code.INVALID_INPUT, "amount"),
            (CARD, a_use(), Code.INVALID_INPUT, "amount"),
            (CARD, a_use(amount="-1"), Code.INVALID_INPUT, "amount"),
            (CARD, a_use(amount="0.001"), Code.INVALID_INPUT, "amount"),
            (CARD, a_use(amount="25.01"), Code.LIMIT_REACHED, "amount"),
        ],
    )
    def test_each_has_its_code_and_place(self, voucher, use, code, path):
        refused = use_voucher(a_redemption(voucher), CODE, use, Terms(("north", "south"), "USD"))
        assert isinstance(refused, Refused)
        assert (refused.code, refused.path) == (code, (path,))

    def test_nothing_is_no_amount(self):
        refused = use_voucher(a_redemption(CARD), CODE, VoucherUse("n", "t", "1", LATER, Decimal(0)), ANYWHERE)
        assert isinstance(refused, Refused)
        assert refused.code is Code.INVALID_INPUT

    def test_a_voucher_of_a_cancelled_redemption_is_void(self):
        cancelled = a_redemption(COUPON, status=RedemptionStatus.CANCELLED)
        refused = use_voucher(cancelled, CODE, a_use(), ANYWHERE)
        assert isinstance(refused, Refused)
        assert refused.message == "This voucher is void: its redemption was cancelled."

    def test_they_say_what_is_left_and_where_it_would_be_taken(self):
        redemption = used(CARD, a_use("1", "22.50")).redemption
        refused = use_voucher(redemption, CODE, a_use("2", "2.51"), ANYWHERE)
        assert isinstance(refused, LimitReached)
        assert refused.limit == 250
        assert refused.message == "This gift card holds 2.50 USD yet: take that, and the rest otherwise."
        elsewhere = use_voucher(redemption, CODE, a_use("2", "1"), Terms(("south", "east"), "USD"))
        assert isinstance(elsewhere, NotEligible)
        assert elsewhere.reasons == ("This voucher can be used in south, east, and not in north.",)

    def test_a_receipt_takes_once(self):
        redemption = used(CARD, a_use("1", "5.00")).redemption
        refused = use_voucher(redemption, CODE, a_use("1", "6.00"), ANYWHERE)
        assert isinstance(refused, Refused)
        assert (refused.code, refused.path) == (Code.IDEMPOTENCY_CONFLICT, ("amount",))

    def test_a_gift_card_is_used_in_a_thousand_parts_at_most(self):
        many = replace(CARD, uses=tuple(a_use(str(number), "0.01") for number in range(MAX_USES - 1)))
        refused = use_voucher(a_redemption(many), CODE, a_use("x", "1.00"), ANYWHERE)
        assert isinstance(refused, LimitReached)
        assert refused.limit == MAX_USES
        whole = use_voucher(a_redemption(many), CODE, a_use("x", "15.01"), ANYWHERE)
        assert isinstance(whole, Used)
        assert whole.voucher.used_at == LATER


class TestVoucherStatus:
    @pytest.mark.parametrize(
        ("voucher", "at", "status"),
        [
            (COUPON, NOW, VoucherStatus.VALID),
            (COUPON, ENDS, VoucherStatus.EXPIRED),
            (Voucher(CODE), ENDS, VoucherStatus.VALID),
            (replace(COUPON, used_at=NOW), ENDS, VoucherStatus.USED),
            (replace(COUPON, void_at=NOW), ENDS, VoucherStatus.VOID),
        ],
    )
    def test_is_what_has_become_of_it(self, voucher, at, status):
        assert voucher_status(a_redemption(voucher), voucher, at) is status

    def test_with_its_redemption_it_is_void(self):
        cancelled = a_redemption(COUPON, status=RedemptionStatus.CANCELLED)
        assert voucher_status(cancelled, COUPON, NOW) is VoucherStatus.VOID
