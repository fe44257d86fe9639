"""Holding a member's whole ledger to the laws."""

from domain.ledger.entry import Entry, Head
from domain.ledger.laws import broken_laws
from mongo.ledger import Ledger


async def sound(ledger: Ledger, member: str) -> list[Entry]:
    """The member's entries, oldest first, after each was held to the laws of the one before it."""
    head, entries = Head(member), await ledger.since(member, 0)
    for entry in entries:
        assert list(broken_laws(head, entry)) == [], entry
        head = Head.of(entry)
    return entries
