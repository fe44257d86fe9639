import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.members.search import search_terms, search_words
from domain.members.text import fold
from tests.support.members import a_member


class TestFold:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [("ZOË", "zoe"), ("Straße", "strasse"), ("Łódź", "lodz"), ("İz", "iz"), ("Søren", "soren")],
    )
    def test_drops_case_and_accents(self, text, folded):
        assert fold(text) == folded

    @given(st.text())
    def test_folding_again_changes_nothing(self, text):
        assert fold(fold(text)) == fold(text)


class TestSearchWords:
    def test_hold_names_their_parts_and_every_way_to_name_the_member(self):
        member = a_member(
            7, given_name="Zoë Ann", family_name="O'Neil-Smith", email="Zoe.N@Example.com", phone="+14155550123"
        )
        assert search_words(member) == (
            "14155550123",
            "7",
            "9000000000000007",
            "ann",
            "ext",
            "ext-7",
            "ext7",
            "neil",
            "o",
            "o'neil-smith",
            "oneilsmith",
            "smith",
            "zoe",
            "zoe.n",
            "zoe.n@example.com",
            "zoeann",
        )


class TestSearchTerms:
    @pytest.mark.parametrize("text", [None, "", "  \u00a0"])
    def test_nothing_asks_nothing(self, text):
        assert search_terms(text) == ()

    @pytest.mark.parametrize(
        ("text", "terms"),
        [
            ("Lovelace, Ada", ("lovelace", "ada")),
            ("ada ada", ("ada",)),
            ("+1 (415) 555", ("1415555",)),
            ("9000 0000 0000 0001", ("9000000000000001",)),
            (".* $gt", (".*", "$gt")),
            (",", (",",)),
        ],
    )
    def test_are_folded_words_and_a_number_in_groups_is_one(self, text, terms):
        assert search_terms(text) == terms
