"""What a use case may know about the request that carries it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """One request, or one event of a subscription: its id in the logs and the languages its reader prefers."""

    id: str
    accept_language: str = ""
