"""Who may: declared at each field, checked before anything is read."""

import inspect
from abc import ABC, abstractmethod
from typing import Any

from strawberry.extensions.field_extension import FieldExtension

from domain.actors import Role
from resolvers.context import Info, RequestContext
from resolvers.errors import GraphQLRefusal, forbidden, unauthenticated
from services.identity import Identity

STAFF = Role.AGENT
"""Agents, and supervisors and admins with them."""


class Permission(FieldExtension, ABC):
    """A declaration. Whoever may not gets UNAUTHENTICATED or FORBIDDEN at the field, which is null then."""

    @abstractmethod
    def _allows(self, identity: Identity, source: Any) -> bool:
        """Whether this reader may have this field of `source`."""

    def check(self, source: Any, context: RequestContext) -> None:
        """Raises the refusal of whoever may not."""
        if context.identity.anonymous:
            raise unauthenticated()
        if not self._allows(context.identity, source):
            raise self._refusal()

    def _refusal(self) -> GraphQLRefusal:
        """What is said to whoever may not."""
        return forbidden()

    def resolve(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        """Checks, then resolves."""
        self.check(source, info.context)
        return next_(source, info, **kwargs)

    async def resolve_async(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        """Checks, then resolves; a subscription's stream begins only after the check."""
        self.check(source, info.context)
        answer = next_(source, info, **kwargs)
        return await answer if inspect.isawaitable(answer) else answer


class SignedIn(Permission):
    """Anyone with a known role."""

    def _allows(self, identity: Identity, source: Any) -> bool:
        return any(identity.has(role) for role in Role)


class Having(Permission):
    """Those who hold one of these roles."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    def _allows(self, identity: Identity, source: Any) -> bool:
        return any(identity.has(role) for role in self.roles)

    def _refusal(self) -> GraphQLRefusal:
        """Says whom to ask."""
        return forbidden(f"Your role may not see or do this: it takes {' or '.join(self.roles)}.")


class SignedInMember(Permission):
    """A member, for what is their own."""

    def _allows(self, identity: Identity, source: Any) -> bool:
        return identity.member_id is not None and identity.has(Role.MEMBER)


class OwnerOr(Permission):
    """The member whom the object belongs to (its `owner`), and those who hold one of these roles."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    def _allows(self, identity: Identity, source: Any) -> bool:
        return may_see(identity, source.owner, *self.roles)


class EachOnItsOwn(Permission):
    """Nobody is refused the list; every element of it is checked by itself."""

    def _allows(self, identity: Identity, source: Any) -> bool:
        return True

    def check(self, source: Any, context: RequestContext) -> None:
        """Leaves it to the elements."""


def may_see(identity: Identity, owner: str, *roles: Role) -> bool:
    """Whether what belongs to the member `owner` is the reader's own, or open to one of these roles of theirs."""
    own = identity.member_id == owner and identity.has(Role.MEMBER)
    return own or any(identity.has(role) for role in roles)
