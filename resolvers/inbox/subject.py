"""What a notification is about."""

from strawberry.types.nodes import FragmentSpread, InlineFragment, Selection

from domain.inbox.message import Message
from resolvers.context import Info
from resolvers.ids import read_numbered
from resolvers.ledger.entry import Entry
from resolvers.node import Node
from resolvers.nodes.find import find_node

_FREE = frozenset({"id", "__typename"})


async def subject_of(info: Info, message: Message) -> Node | None:
    """The node behind the link. Whoever asks for no more than its id gets that without a look at the store."""
    if message.subject is None:
        return None
    type, key = message.subject
    numbered = read_numbered(key) if type == "Entry" else None
    if numbered and _asks_for_the_id_only(info):
        return Entry(member=numbered[0], seq=numbered[1])
    return await find_node(info.context, type, key)


def _asks_for_the_id_only(info: Info) -> bool:
    return all(_is_free(inner) for field in info.selected_fields for inner in field.selections)


def _is_free(selection: Selection) -> bool:
    if isinstance(selection, InlineFragment | FragmentSpread):
        return all(map(_is_free, selection.selections))
    return selection.name in _FREE
