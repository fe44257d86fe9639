import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from domain.inbox.message import InboxRow, Message, NotificationKind
from mongo.client import Database
from mongo.inbox import Inbox
from tests.support.messages import a_message

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


def seqs(rows: list[InboxRow]) -> list[int]:
    return [row.seq for row in rows]


class TestPutMany:
    async def test_a_members_messages_are_numbered_from_1_in_the_order_given(self, inbox: Inbox) -> None:
        rows = await inbox.put_many([a_message(7), a_message(1, "b"), a_message(3), a_message(5)])

        assert sorted((row.message.member, row.seq, row.message.key) for row in rows) == [
            ("a", 1, "entry:7:points"),
            ("a", 2, "entry:3:points"),
            ("a", 3, "entry:5:points"),
            ("b", 1, "entry:1:points"),
        ]

    async def test_a_row_reads_back_as_it_was_put(self, inbox: Inbox) -> None:
        bare = Message("a", "plain", NotificationKind.ANNOUNCEMENT, "announcement", {}, NOW, title="T", body="B")
        rows = await inbox.put_many([a_message(1), bare])

        assert await inbox.page_with_unread("a", first=10) == (rows[::-1], 2)
        assert await inbox.get_many([("a", 2), ("a", 9)]) == {("a", 2): InboxRow(bare, 2)}

    async def test_a_key_stands_once_and_only_new_rows_are_answered(self, inbox: Inbox) -> None:
        await inbox.put_many([a_message(1), a_message(2)])

        again = await inbox.put_many([a_message(1), a_message(3), a_message(3), a_message(2)])

        assert [(row.seq, row.message.key) for row in again] == [(3, "entry:3:points")]
        assert await inbox.last_seq("a") == 3

    async def test_the_sequence_has_no_gap_when_many_put_the_same_and_other_messages_at_once(
        self, inbox: Inbox
    ) -> None:
        batches = [[a_message(number) for number in range(start, start + 6)] for start in range(8)]

        answers = await asyncio.gather(*map(inbox.put_many, batches))

        rows = await inbox.since("a", 0, limit=100)
        assert seqs(rows) == list(range(1, 14))
        assert {row.message.key for row in rows} == {f"entry:{number}:points" for number in range(13)}
        assert sorted(seqs([row for answer in answers for row in answer])) == list(range(1, 14))


class TestReading:
    async def test_pages_go_down_and_since_goes_up(self, inbox: Inbox) -> None:
        await inbox.put_many([a_message(number) for number in range(5)] + [a_message(1, "b")])

        newest, unread = await inbox.page_with_unread("a", first=2)
        older, still_unread = await inbox.page_with_unread("a", first=9, before=4)

        assert (seqs(newest), unread) == ([5, 4], 5)
        assert (seqs(older), still_unread) == ([3, 2, 1], 5)
        assert seqs(await inbox.since("a", 2, limit=2)) == [3, 4]
        assert await inbox.last_seq("nobody") == 0

    async def test_unread_rows_are_listed_and_counted_alone(self, inbox: Inbox) -> None:
        await inbox.put_many([a_message(number) for number in range(4)])
        await inbox.mark_read("a", [2, 3], now=NOW)

        rows, unread = await inbox.page_with_unread("a", first=9, unread_only=True)

        assert (seqs(rows), unread) == ([4, 1], 2)
        assert await inbox.unread_count(["a", "nobody"]) == {"a": 2, "nobody": 0}


class TestMarkRead:
    async def test_the_first_reading_stands(self, inbox: Inbox) -> None:
        await inbox.put_many([a_message(number) for number in range(3)])

        await inbox.mark_read("a", [1], now=NOW)
        rows = await inbox.mark_read("a", [1, 2], now=LATER)

        assert [(row.seq, row.read_at) for row in rows] == [(2, LATER), (1, NOW)]

    async def test_all_means_the_unread_ones_of_this_member(self, inbox: Inbox) -> None:
        await inbox.put_many([a_message(1), a_message(2), a_message(1, "b")])
        await inbox.mark_read("a", [1], now=NOW)

        assert seqs(await inbox.mark_read("a", None, now=LATER)) == [2]
        assert await inbox.mark_read("a", None, now=LATER) == []
        assert await inbox.unread_count(["a", "b"]) == {"a": 0, "b": 1}
