"""What of an object the client asks for."""

from strawberry.types.nodes import FragmentSpread, InlineFragment, Selection

from resolvers.context import Info

_FREE = frozenset({"id", "__typename"})


def asks_for_the_id_only(info: Info) -> bool:
    """Whether the field's own object may be a mere link, which is had without a look at the store."""
    return all(_is_free(inner) for field in info.selected_fields for inner in field.selections)


def _is_free(selection: Selection) -> bool:
    if isinstance(selection, InlineFragment | FragmentSpread):
        return all(map(_is_free, selection.selections))
    return selection.name in _FREE
