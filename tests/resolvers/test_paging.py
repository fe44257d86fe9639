"""Page sizes and cursors: what clients may send, and BAD_REQUEST for the rest."""

import base64
import json

import pytest
import strawberry

from resolvers.errors import ErrorCode, GraphQLRefusal
from resolvers.paging import moment_of, page_info, page_size, read_cursor, write_cursor


def forged(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


class TestPageSize:
    def test_one_to_a_hundred_and_twenty_for_null(self) -> None:
        assert [page_size(first) for first in (1, 100, None)] == [1, 100, 20]

    @pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
    def test_the_rest_is_a_bad_request(self, first: int) -> None:
        with pytest.raises(GraphQLRefusal) as refused:
            page_size(first)
        assert refused.value.code is ErrorCode.BAD_REQUEST


class TestCursors:
    def test_reads_what_it_wrote(self) -> None:
        assert read_cursor(write_cursor("list", 5, "x"), "list", int, str) == (5, "x")

    @pytest.mark.parametrize("absent", [None, strawberry.UNSET])
    def test_none_is_none(self, absent: str | None) -> None:
        assert read_cursor(absent, "list", int) is None

    @pytest.mark.parametrize(
        "cursor",
        [
            "",
            "x",
            "é",
            "===",
            forged("list"),
            forged([]),
            forged(["list"]),
            forged(["list", "5"]),
            forged(["list", True]),
            forged(["list", 5.0]),
            forged(["list", 2**53]),
            forged(["list", 5, 6]),
            forged({"list": 5}),
            write_cursor("other", 5),
            write_cursor("list", "x" * 2_000),
            base64.urlsafe_b64encode(b"[" * 600).decode(),
        ],
    )
    def test_others_are_bad_requests(self, cursor: str) -> None:
        with pytest.raises(GraphQLRefusal) as refused:
            read_cursor(cursor, "list", int)
        assert refused.value.code is ErrorCode.BAD_REQUEST

    def test_text_that_no_store_can_hold_is_a_bad_request(self) -> None:
        with pytest.raises(GraphQLRefusal) as refused:
            read_cursor(forged(["list", "\ud800"]), "list", str)
        assert refused.value.code is ErrorCode.BAD_REQUEST

    def test_moments_outside_of_all_calendars_are_bad_requests(self) -> None:
        with pytest.raises(GraphQLRefusal) as refused:
            moment_of(2**53 - 1)
        assert refused.value.code is ErrorCode.BAD_REQUEST


class TestPageInfo:
    def test_ends_are_the_first_and_last_cursors(self) -> None:
        page = page_info(["a", "b"], has_next=True, after=None)
        assert (page.start_cursor, page.end_cursor, page.has_next_page, page.has_previous_page) == (
            "a",
            "b",
            True,
            False,
        )

    def test_an_empty_page_has_no_ends(self) -> None:
        page = page_info([], has_next=False, after=(1,))
        assert (page.start_cursor, page.end_cursor, page.has_previous_page) == (None, None, True)
