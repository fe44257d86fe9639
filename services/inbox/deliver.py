"""Messages reach their members' inboxes, and whoever watches those hears of it."""

from collections.abc import Sequence

from domain.inbox.message import InboxRow, Message
from services.context import Context
from services.hints import hint
from services.inbox.watch_inbox import inbox_channel


async def deliver(context: Context, messages: Sequence[Message]) -> list[InboxRow]:
    """Puts the messages, in their readers' words and each once for ever, then signals; the rows that are new.

    A member whose messages all stood already is signalled too: whoever put them may have died before it could.
    """
    if not messages:
        return []
    rows = await context.inbox.put_many(await _said(context, messages))
    newest: dict[str, int | None] = dict.fromkeys(message.member for message in messages)
    for row in rows:
        newest[row.message.member] = max(row.seq, newest[row.message.member] or 0)
    await context.signals.publish_many([(inbox_channel(member), hint(seq)) for member, seq in newest.items()])
    return rows


async def _said(context: Context, messages: Sequence[Message]) -> list[Message]:
    program = await context.programs.current()
    members = await context.members.get_many({message.member for message in messages})
    texts = await context.templates.current()
    return [
        context.say(message, member=members.get(message.member), program=program, texts=texts)
        for message in messages
    ]
