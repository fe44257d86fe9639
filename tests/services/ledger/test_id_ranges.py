"""Ranges hold every id there can be, each once."""

import secrets
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.members.ids import ID_BYTES, member_id
from services.ledger.id_ranges import WHOLE, IdRange, cut, id_ranges


def holding(ranges: list[IdRange], id: str) -> list[IdRange]:
    return [each for each in ranges if each.low <= id and (each.high is None or id < each.high)]


class TestIdRanges:
    @pytest.mark.parametrize(
        ("entries", "count"),
        [(0, 1), (4_999, 1), (5_000, 32), (100_000, 1_024), (49_999_999, 1_024), (50_000_000, 32_768)],
    )
    def test_there_are_more_of_them_the_larger_the_ledger_is(self, entries: int, count: int) -> None:
        assert len(id_ranges(entries)) == count

    def test_a_small_ledger_is_one_range(self) -> None:
        assert id_ranges(10) == [WHOLE]

    @pytest.mark.parametrize("digits", [0, 1, 2, 3])
    def test_each_begins_where_the_last_one_ends(self, digits: int) -> None:
        ranges = cut(digits)
        assert len(ranges) == 32**digits
        assert (ranges[0].low, ranges[-1].high) == ("", None)
        assert all(left.high == right.low and left.low < right.low for left, right in pairwise(ranges))

    @given(st.text())
    def test_also_what_no_id_of_ours_is_has_its_range(self, id: str) -> None:
        assert len(holding(cut(1), id)) == 1

    def test_random_ids_spread_over_all(self) -> None:
        ranges = cut(1)
        ids = [member_id(secrets.token_bytes(ID_BYTES)) for _ in range(3_200)]
        counts = Counter(holding(ranges, id)[0] for id in ids)
        assert len(counts) == 32
        assert max(counts.values()) < 200
