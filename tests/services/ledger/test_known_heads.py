"""Heads are kept for those who were written last, and no more of them than is said."""

from domain.ledger.entry import Head
from services.ledger.known_heads import KnownHeads


class TestKnownHeads:
    def test_beyond_the_bound_those_go_who_were_used_longest_ago(self) -> None:
        heads = KnownHeads(2)
        heads.put(Head("a", 1))
        heads.put(Head("b", 1))
        assert heads.get("a") == Head("a", 1)
        heads.put(Head("c", 1))
        assert [heads.get(member) for member in "abc"] == [Head("a", 1), None, Head("c", 1)]

    def test_a_bound_of_zero_keeps_none(self) -> None:
        heads = KnownHeads(0)
        heads.put(Head("a", 1))
        assert heads.get("a") is None

    def test_what_is_dropped_is_not_known(self) -> None:
        heads = KnownHeads(2)
        heads.put(Head("a", 1))
        heads.drop(["a", "b"])
        assert heads.get("a") is None

    def test_it_is_ahead_only_of_an_older_head_of_the_same_member(self) -> None:
        heads = KnownHeads(2)
        heads.put(Head("a", 2))
        asked = [Head("a", 1), Head("a", 2), Head("a", 3), Head("b", 1)]
        assert [heads.is_ahead_of(head) for head in asked] == [True, False, False, False]
