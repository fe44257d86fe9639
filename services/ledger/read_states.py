"""What members have, from Redis where it answers and from the ledger where it does not."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.ledger.canonical import canonical_bytes, state_from_plain, state_to_plain
from domain.ledger.entry import Entry, Head
from domain.ledger.posting import settlements
from domain.ledger.settle import settle
from domain.ledger.state import State
from services.context import Context


@dataclass(frozen=True, slots=True)
class AccountView:
    """A member's settled state at `at`, and the sequence of the newest entry it follows from."""

    member: str
    seq: int
    state: State
    at: datetime


async def read_states(context: Context, members: Sequence[str]) -> dict[str, AccountView]:
    """The states of these members now. What Redis lacks is read from MongoDB and put back."""
    cached = await context.balances.get_many(members)
    now = context.clock()
    views = {
        member: view_of(member, value.seq, decode_state(value.value), now) for member, value in cached.items()
    }
    missing = [member for member in members if member not in views]
    if missing:
        heads = (await context.ledger.heads(missing)).values()
        await context.balances.put_many([encode_head(head) for head in heads])
        views |= {head.member: view_of(head.member, head.seq, head.after, now) for head in heads}
    return views


async def read_state_as_of(context: Context, member: str, at: datetime) -> AccountView:
    """The state as it stood at `at`, from the ledger; what was once readable so stays so.

    Its sequence counts the steps of time that no entry says yet: they will have no other.
    """
    head = await context.ledger.head_as_of(member, at)
    steps = settlements(head, at, at)
    return view_of(member, head.seq + len(steps), steps[-1].after if steps else head.after, at)


def view_of(member: str, seq: int, state: State, now: datetime) -> AccountView:
    """A view of a state as it counts at `now`."""
    return AccountView(member, seq, settle(state, now), now)


def encode_head(head: Head | Entry) -> tuple[str, int, bytes]:
    """A state as Redis holds it: (member, sequence, canonical bytes)."""
    form = head.form if isinstance(head, Entry) else None
    return (head.member, head.seq, canonical_bytes(form["after"] if form else state_to_plain(head.after)))


def decode_state(value: bytes) -> State:
    """The inverse of the bytes in `encode_head`."""
    return state_from_plain(json.loads(value))
