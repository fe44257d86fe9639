"""Who asks, as a verified token says it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.actors import Actor, ActorKind, Role

_IMPLIED: Final[dict[Role, frozenset[Role]]] = {
    Role.MEMBER: frozenset({Role.MEMBER}),
    Role.SERVICE: frozenset({Role.SERVICE}),
    Role.AGENT: frozenset({Role.AGENT}),
    Role.SUPERVISOR: frozenset({Role.SUPERVISOR, Role.AGENT}),
    Role.ADMIN: frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AGENT}),
}


@dataclass(frozen=True, slots=True)
class Identity:
    """The bearer of a token, or nobody.

    `subject` is the token's `sub`; `member_id` is the same for a member and None for everyone else.
    `name` is what staff are called in the console: personal data, never logged and never stored.
    `expires_at` ends long-lived connections; it is None only for nobody.
    """

    subject: str
    roles: frozenset[Role]
    member_id: str | None = None
    name: str | None = None
    expires_at: datetime | None = None

    @property
    def anonymous(self) -> bool:
        """Whether no token was presented."""
        return not self.subject

    @property
    def staff(self) -> bool:
        """Whether an agent, a supervisor or an admin asks."""
        return self.has(Role.AGENT)

    def has(self, role: Role) -> bool:
        """Whether this role is held: an admin is also a supervisor, a supervisor also an agent."""
        return any(role in _IMPLIED[held] for held in self.roles)

    def actor(self) -> Actor:
        """The actor that an entry names. A bearer without a known role may not act: LookupError, a fault."""
        if self.member_id is not None:
            return Actor(ActorKind.MEMBER, self.member_id)
        if self.staff:
            return Actor(ActorKind.AGENT, self.subject)
        if self.has(Role.SERVICE):
            return Actor(ActorKind.SERVICE, self.subject)
        raise LookupError("nobody who may act: check the roles first")


ANONYMOUS: Final = Identity(subject="", roles=frozenset())
