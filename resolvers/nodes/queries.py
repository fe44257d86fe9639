"""Anything by its global id."""

import asyncio
from collections.abc import Sequence

import strawberry

from resolvers.context import Info, RequestContext
from resolvers.errors import GraphQLRefusal, bad_request, unauthenticated
from resolvers.ids import read_id
from resolvers.node import Node
from resolvers.nodes.find import find_node
from resolvers.permissions import EachOnItsOwn, SignedIn

_MOST = 100


@strawberry.type
class NodeQuery:
    """Root fields that take any global id."""

    @strawberry.field(extensions=[SignedIn()])
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        """Null for an id that is none; FORBIDDEN for what is another member's, whether or not it exists."""
        return await _node(info.context, id)

    @strawberry.field(extensions=[EachOnItsOwn()], graphql_type=list[Node | None])
    async def nodes(self, info: Info, ids: list[strawberry.ID]) -> "Sequence[Node | GraphQLRefusal | None]":
        """Up to 100, each as `node` answers it."""
        if len(ids) > _MOST:
            raise bad_request(f"At most {_MOST} ids at once.")
        # Together, so that loaders ask once for all of a type.
        return await asyncio.gather(*(_node_or_refusal(info.context, id) for id in ids))


async def _node(context: RequestContext, id: str) -> Node | None:
    found = read_id(id)
    return await find_node(context, found.type, found.key) if found else None


async def _node_or_refusal(context: RequestContext, id: str) -> Node | GraphQLRefusal | None:
    """An element that is an exception becomes null with that error at its path."""
    if context.identity.anonymous:
        return unauthenticated()
    try:
        return await _node(context, id)
    except GraphQLRefusal as refusal:
        return refusal
