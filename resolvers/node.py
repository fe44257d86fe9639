"""The Node interface."""

from abc import ABC, abstractmethod

import strawberry


@strawberry.interface
class Node(ABC):
    """Anything that has a global id."""

    @abstractmethod
    def _node_id(self) -> strawberry.ID:
        """The global id; every implementing type says its own."""

    @strawberry.field(description="Opaque and global.")
    def id(self) -> strawberry.ID:
        """The global id."""
        return self._node_id()
