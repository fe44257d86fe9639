"""Signals as use cases read and write them: only when to look, never what there is."""

import json
from math import inf

from cache.signals import RESYNC, Payload


def hint(seq: int | None) -> bytes:
    """The signal that something of this sequence is new; None: that something may be."""
    return json.dumps({} if seq is None else {"seq": seq}).encode()


def hinted_seq(payload: Payload) -> float:
    """The sequence that a signal speaks of; endless when it only says that something may be new."""
    if payload is RESYNC:
        return inf
    seq = json.loads(payload).get("seq")
    return inf if seq is None else int(seq)
