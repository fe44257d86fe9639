"""What goes together is counted plainly, told of by three members or more, and in bounded memory."""

from hypothesis import given
from hypothesis import strategies as st

from domain.rewards.companions import FEWEST, Companion, Companions, Counting
from domain.rewards.recommended import AlsoChosen, also_chosen


def counted(*members: str, most_pairs: int = 1_000) -> list[Companions]:
    counting = Counting(most_pairs=most_pairs)
    for chosen in members:
        counting.add(chosen)
    return list(counting.counted())


class TestCounting:
    @given(st.lists(st.text("abcde", max_size=6), max_size=20))
    def test_it_is_the_number_of_members_who_have_both(self, members: list[str]) -> None:
        found = {one.reward: one for one in counted(*members)}
        for one in "abcde":
            both = {
                other: sum(one in chosen and other in chosen for chosen in members)
                for other in "abcde"
                if other != one
            }
            told = {companion.reward: companion.members for companion in found[one].others} if one in found else {}
            assert told == {other: count for other, count in both.items() if count >= FEWEST}
            if told:
                assert found[one].members == sum(one in chosen for chosen in members)

    def test_beyond_what_is_kept_the_common_pairs_stay(self) -> None:
        members = ["ab"] * 5 + ["cdefghij", "klmnopqr", "stuvwxyz"] + ["ab"] * 5
        assert counted(*members, most_pairs=30) == [
            Companions("a", 10, (Companion("b", 10),)),
            Companions("b", 10, (Companion("a", 10),)),
        ]


class TestAlsoChosen:
    def test_the_largest_share_first_by_the_choice_it_goes_best_with(self) -> None:
        companions = [
            Companions("tea", 40, (Companion("mug", 12), Companion("pot", 10), Companion("cup", 2))),
            Companions("pie", 10, (Companion("mug", 9), Companion("tea", 9))),
        ]
        assert also_chosen(["tea", "pie"], companions) == [
            AlsoChosen("mug", "pie", 9, 10),
            AlsoChosen("pot", "tea", 10, 40),
        ]

    def test_in_words(self) -> None:
        words = AlsoChosen("mug", "coffee", 12, 40).words("A cup of coffee")
        assert words == "12 of 40 members who chose A cup of coffee also chose this"
