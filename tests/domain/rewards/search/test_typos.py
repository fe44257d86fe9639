"""What mistakes cost: slips of the thumb less than others, never more than the plain number of edits allows."""

from hypothesis import given
from hypothesis import strategies as st

from domain.rewards.search.typos import MISTAKE, SLIP, allowed, distance, within

_WORDS = st.text("abcdeqw", max_size=7)


def edits(one: str, other: str) -> int:
    """The plain count of edits, swaps of neighbours among them: the model."""
    table = [[max(i, j) for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (not same))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


class TestDistance:
    @given(_WORDS, _WORDS)
    def test_within_what_is_allowed_are_just_the_words_of_so_few_edits(self, typed: str, word: str) -> None:
        for most in (MISTAKE, 2 * MISTAKE):
            found = distance(typed, word, most)
            assert (found is not None) == (edits(typed, word) <= most // MISTAKE)

    def test_slips_cost_less(self) -> None:
        slips = [("coffwe", "coffee"), ("cofefe", "coffee"), ("cofffee", "coffee"), ("cofee", "coffee")]
        assert [distance(typed, word, MISTAKE) for typed, word in slips] == [SLIP] * 4
        mistakes = [("coffme", "coffee"), ("coffe", "coffee"), ("coxffee", "coffee")]
        assert [distance(typed, word, MISTAKE) for typed, word in mistakes] == [MISTAKE, SLIP, MISTAKE]

    def test_short_words_are_meant_as_they_are(self) -> None:
        assert [allowed(length) for length in (3, 4, 7, 8)] == [0, 10, 10, 20]


class TestWithin:
    @given(st.text("茶券旅湯", min_size=1, max_size=5), st.text("茶券旅湯", max_size=9))
    def test_it_is_the_nearest_part(self, typed: str, text: str) -> None:
        parts = {text[i:j] for i in range(len(text) + 1) for j in range(i, len(text) + 1)}
        least = min(edits(typed, part) for part in parts)
        found = within(typed, text, MISTAKE)
        assert (found is not None) == (least <= 1)
