"""What a notification is about."""

from domain.inbox.message import Message
from resolvers.context import Info
from resolvers.ids import read_numbered
from resolvers.ledger.entry import Entry
from resolvers.node import Node
from resolvers.nodes.find import find_node
from resolvers.selection import asks_for_the_id_only


async def subject_of(info: Info, message: Message) -> Node | None:
    """The node behind the link. Whoever asks for no more than its id gets that without a look at the store."""
    if message.subject is None:
        return None
    type, key = message.subject
    numbered = read_numbered(key) if type == "Entry" else None
    if numbered and asks_for_the_id_only(info):
        return Entry(member=numbered[0], seq=numbered[1])
    return await find_node(info.context, type, key)
