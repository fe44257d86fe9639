import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.members.ids import (
    card_number,
    luhn_digit,
    member_id,
    read_card_number,
    read_referral_code,
    referral_code,
)


class TestMemberId:
    def test_is_twenty_lower_case_base_32_characters_of_the_first_hundred_bits(self):
        assert member_id(bytes(13)) == "0" * 20
        assert member_id(b"\xff" * 13) == "z" * 20
        assert member_id(bytes.fromhex("00443214c74254b635cf84653a")) == "0123456789abcdefghjk"

    def test_too_few_random_bytes_are_a_fault(self):
        with pytest.raises(ValueError, match="13 random bytes"):
            member_id(bytes(12))


class TestCardNumber:
    def test_is_sixteen_digits_that_begin_with_nine_and_end_with_their_check_digit(self):
        assert card_number(bytes(10)) == "9000000000000001"
        assert card_number((42).to_bytes(10, "big")) == "9000000000000423"

    @given(st.binary(min_size=10, max_size=16))
    def test_every_card_number_reads_back_and_one_wrong_digit_does_not(self, random):
        number = card_number(random)
        assert read_card_number(number) == number
        assert read_card_number(" ".join((number[:4], number[4:8], number[8:12], number[12:]))) == number
        wrong = str((int(number[7]) + 1) % 10)
        assert read_card_number(number[:7] + wrong + number[8:]) is None

    @pytest.mark.parametrize(("digits", "check"), [("7992739871", "3"), ("411111111111111", "1"), ("0", "0")])
    def test_the_check_digit_is_luhns(self, digits, check):
        assert luhn_digit(digits) == check

    @pytest.mark.parametrize("text", ["", "9000", "900000000000000x", "٩000000000000001"])
    def test_what_is_no_card_number_reads_as_none(self, text):
        assert read_card_number(text) is None


class TestReferralCode:
    def test_is_eight_characters_without_look_alikes(self):
        assert referral_code(bytes(5)) == "00000000"
        assert referral_code(b"\xff" * 5) == "ZZZZZZZZ"

    def test_reads_back_however_it_was_typed(self):
        assert read_referral_code(" oiL2-abcd ") == "0112ABCD"

    @pytest.mark.parametrize("text", ["", "1234567", "123456789", "ABCDEFGU", "ABCD EFG!"])
    def test_what_is_no_referral_code_reads_as_none(self, text):
        assert read_referral_code(text) is None

    @given(st.binary(min_size=5, max_size=9))
    def test_every_referral_code_reads_back(self, random):
        assert read_referral_code(referral_code(random).lower()) == referral_code(random)
