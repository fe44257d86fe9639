from domain.actors import Actor, ActorKind
from domain.inbox.message import InboxRow
from domain.refusals import Code, Refused
from services.context import Context
from services.inbox.list_notifications import list_notifications
from services.inbox.mark_read import MarkNotificationsRead, mark_notifications_read
from tests.support.house import NOON
from tests.support.messages import a_message

ANN = Actor(ActorKind.MEMBER, "ann")


async def fill(context: Context) -> None:
    await context.inbox.put_many([a_message(number, "ann") for number in range(3)] + [a_message(1, "bob")])


async def unread(context: Context) -> dict[str, int]:
    return await context.inbox.unread_count(["ann", "bob"])


class TestMarkNotificationsRead:
    async def test_the_named_rows_are_read_now(self, context: Context) -> None:
        await fill(context)

        rows = await mark_notifications_read(context, ANN, MarkNotificationsRead([("ann", 1), ("ann", 3)]))

        assert isinstance(rows, list)
        assert [(row.seq, row.read_at) for row in rows] == [(3, NOON), (1, NOON)]
        assert await unread(context) == {"ann": 1, "bob": 1}

    async def test_all_marks_what_is_unread_and_nobody_elses(self, context: Context) -> None:
        await fill(context)

        rows = await mark_notifications_read(context, ANN, MarkNotificationsRead(all=True))

        assert isinstance(rows, list)
        assert [row.seq for row in rows] == [3, 2, 1]
        assert await unread(context) == {"ann": 0, "bob": 1}

    async def test_another_members_or_an_unknown_row_is_refused_and_nothing_changes(
        self, context: Context
    ) -> None:
        await fill(context)

        for foreign in [("bob", 1), ("ann", 99)]:
            refused = await mark_notifications_read(context, ANN, MarkNotificationsRead([("ann", 1), foreign]))
            assert isinstance(refused, Refused)
            assert (refused.code, refused.path) == (Code.NOT_FOUND, ("ids",))
        assert await unread(context) == {"ann": 3, "bob": 1}

    async def test_no_ids_are_no_rows(self, context: Context) -> None:
        await fill(context)
        assert await mark_notifications_read(context, ANN, MarkNotificationsRead([])) == []
        assert await unread(context) == {"ann": 3, "bob": 1}

    async def test_neither_both_or_too_many_are_invalid(self, context: Context) -> None:
        await fill(context)
        commands = [
            MarkNotificationsRead(),
            MarkNotificationsRead([("ann", 1)], all=True),
            MarkNotificationsRead([("ann", seq) for seq in range(1, 502)]),
        ]

        for command in commands:
            refused = await mark_notifications_read(context, ANN, command)
            assert isinstance(refused, Refused)
            assert refused.code is Code.INVALID_INPUT
        assert await unread(context) == {"ann": 3, "bob": 1}

    async def test_staff_cannot_read_for_a_member(self, context: Context) -> None:
        await fill(context)
        agent = Actor(ActorKind.AGENT, "ann")

        refused = await mark_notifications_read(context, agent, MarkNotificationsRead(all=True))

        assert isinstance(refused, Refused)
        assert refused.code is Code.FORBIDDEN
        assert await unread(context) == {"ann": 3, "bob": 1}


class TestListNotifications:
    async def test_a_page_says_whether_there_are_older_ones(self, context: Context) -> None:
        await fill(context)

        def seqs(rows: tuple[InboxRow, ...]) -> list[int]:
            return [row.seq for row in rows]

        page = await list_notifications(context, "ann", first=2)
        assert (seqs(page.rows), page.has_more) == ([3, 2], True)
        page = await list_notifications(context, "ann", first=2, before=2)
        assert (seqs(page.rows), page.has_more) == ([1], False)
