import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.members.ids import ALPHABET
from domain.rewards.codes import bare, code_bytes, is_code, is_mistyped, make_code, pattern_flaw

PLAIN = "XXXX-XXXX-XXXX"
PATTERNS = st.sampled_from([PLAIN, "GIFT-XXXXXX-XXXXXX", "XXXXXXXXXXX", "2027 XXXXX 7X XXXXX", "X" * 40])


@st.composite
def codes(draw: st.DrawFn) -> tuple[str, str]:
    """A pattern and a code of it."""
    pattern = draw(PATTERNS)
    length = code_bytes(pattern)
    return pattern, make_code(pattern, draw(st.binary(min_size=length, max_size=length)))


class TestBare:
    @pytest.mark.parametrize(
        "typed",
        ["7ABC-0001", "7abc0001", " 7ABC 0001 ", "7abc\u20130001", "7ab\u00adc\u22120001", "７ＡＢＣ－０００１"],
    )
    def test_case_blanks_dashes_and_wide_letters_make_no_difference(self, typed):
        assert bare(typed) == "7ABC0001"


class TestMakeCode:
    def test_is_the_random_bits_by_fives_with_their_check_in_the_places_of_the_pattern(self):
        assert code_bytes(PLAIN) == 7
        assert make_code(PLAIN, bytes(7)) == "0000-0000-0000"
        assert make_code("A7-XXXXXXXXXXX", (1 << 6).to_bytes(7, "big")) == "A7-00000000012"
        assert make_code("A7-XXXXXXXXXXX", (16 << 6).to_bytes(7, "big")) == "A7-000000000G5"

    @given(codes())
    def test_stands_as_the_pattern_has_it_without_characters_that_look_alike(self, made):
        pattern, code = made
        assert re.fullmatch(pattern.replace("X", f"[{ALPHABET}]"), code)
        assert not set("ILOU") & set(ALPHABET)

    def test_too_few_random_bytes_are_a_fault(self):
        with pytest.raises(ValueError, match="7 random bytes"):
            make_code(PLAIN, bytes(6))


class TestIsCode:
    @given(codes())
    def test_a_code_is_one_of_its_pattern_however_it_is_written(self, made):
        pattern, code = made
        assert is_code(pattern, code)
        assert is_code(pattern, bare(code).lower())

    @given(codes(), st.data())
    def test_any_one_wrong_character_makes_it_none(self, made, data):
        pattern, code = made
        typed = bare(code)
        place = data.draw(st.integers(0, len(typed) - 1))
        for wrong in set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ?") - {typed[place]}:
            assert not is_code(pattern, typed[:place] + wrong + typed[place + 1 :])

    @given(codes())
    def test_any_two_neighbours_in_each_others_places_make_it_none(self, made):
        pattern, code = made
        typed = bare(code)
        for place in range(len(typed) - 1):
            one, other = typed[place : place + 2]
            swapped = typed[:place] + other + one + typed[place + 2 :]
            assert is_code(pattern, swapped) is (one == other)

    @given(codes())
    def test_a_missing_or_additional_character_makes_it_none(self, made):
        pattern, code = made
        assert not is_code(pattern, code[:-1])
        assert not is_code(pattern, code + "0")


class TestIsMistyped:
    def test_is_so_when_a_code_is_meant_and_its_check_is_wrong(self):
        assert is_mistyped((PLAIN,), "0000-0000-0001")
        assert is_mistyped(("A7-XXXXXXXXXXX",), "7A-000-0000-0012")
        assert not is_mistyped((PLAIN,), "0000-0000-0000")

    def test_is_not_so_when_no_pattern_or_another_fits(self):
        assert not is_mistyped((), "0000-0000-0001")
        assert not is_mistyped((PLAIN,), "0000-0000-00001")
        assert not is_mistyped(("SPRING-XXXXXXXXXXX",), "SUMMER-00000000001")
        assert not is_mistyped((PLAIN, "A" + "X" * 11), "A00000000000")


class TestPatternFlaw:
    def test_eleven_symbols_of_fifty_random_bits_and_a_check_are_enough(self):
        assert pattern_flaw("XXXXXXXXXXX") is None
        assert pattern_flaw("GIFT 2027-XXXX-XXXX-XXXX") is None

    @pytest.mark.parametrize(
        ("pattern", "reason"),
        [
            ("XXXX-XXXXXX", "must have at least 11 X, the last of them a check, has 10"),
            ("", "must have at least 11 X, the last of them a check, has 0"),
            ("X" * 41, "must have at most 40 characters, has 41"),
            ("xXXXX-XXXX-XXXX", "must have only capital letters, digits, blanks and dashes, is 'xXXXX-XXXX-XXXX'"),
            (
                "É-XXXX-XXXX-XXXX",
                "must have only capital letters, digits, blanks and dashes, is 'É-XXXX-XXXX-XXXX'",
            ),
        ],
    )
    def test_says_what_is_wrong(self, pattern, reason):
        assert pattern_flaw(pattern) == reason
