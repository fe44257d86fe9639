"""Idempotency keys as callers give them."""

from domain.actors import Actor
from domain.refusals import Code, Refused, invalid

MAX_LENGTH = 200


def client_key(key: str, actor: Actor) -> str | Refused:
    """The ledger key of a caller's idempotency key, in a namespace that no event or sweep can share.

    Members, staff and services have one each, so that none can take a key that another is going to use.
    Refuses an empty one, one over 200 characters, and control characters.
    """
    if not key.strip() or len(key) > MAX_LENGTH or not key.isprintable():
        message = f"An idempotency key is 1 to {MAX_LENGTH} printable characters: make a new one for each command."
        return invalid(message, "idempotencyKey")
    return f"client:{actor.kind.value.lower()}:{key}"


def key_conflict() -> Refused:
    """The key stands already, for something else."""
    message = "This idempotency key was used before with other input. Use a new key for a new command."
    return Refused(Code.IDEMPOTENCY_CONFLICT, message, ("idempotencyKey",))
