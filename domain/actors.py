"""Who acts: a member in the app, staff, a trusted service, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The four kinds of actor that an entry can name."""

    MEMBER = "MEMBER"
    AGENT = "AGENT"
    SERVICE = "SERVICE"
    SYSTEM = "SYSTEM"


class Role(StrEnum):
    """What a token may claim. A supervisor may do what an agent may, an admin what a supervisor may."""

    MEMBER = "member"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor: `id` is a member's id, or the subject of a staff or service token. No personal data."""

    kind: ActorKind
    id: str = ""


SYSTEM = Actor(ActorKind.SYSTEM)
