"""The Node interface."""

import strawberry


@strawberry.interface
class Node:
    """Anything that has a global id."""

    def _node_id(self) -> strawberry.ID:
        """The global id; every implementing type says its own."""
        raise NotImplementedError

    @strawberry.field(description="Opaque and global.")
    def id(self) -> strawberry.ID:
        """The global id."""
        return self._node_id()
