"""Anything by its global id."""

import asyncio

import strawberry

from resolvers.context import Info, RequestContext
from resolvers.errors import bad_request, unauthenticated
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
    async def nodes(self, info: Info, ids: list[strawberry.ID]) -> "list[Node | BaseException | None]":
        """Up to 100, each as `node` answers it, with its own error where there is one."""
        if len(ids) > _MOST:
            raise bad_request(f"At most {_MOST} ids at once.")
        # Together, so that loaders ask once for all of a type. An exception in the list is its element's error.
        return await asyncio.gather(*(_node(info.context, id) for id in ids), return_exceptions=True)


async def _node(context: RequestContext, id: str) -> Node | None:
    if context.identity.anonymous:
        raise unauthenticated()
    found = read_id(id)
    return await find_node(context, found.type, found.key) if found else None
