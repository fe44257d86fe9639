"""The seal: a draft becomes the entry that follows a head."""

from datetime import datetime

from domain.ledger.canonical import entry_to_plain, plain_hash
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.state import apply


def seal(head: Head, draft: Draft, now: datetime) -> Entry:
    """The entry that follows `head`: next in sequence, folded, never dated before the one before, hashed."""
    effective_at = max(draft.effective_at, head.effective_at or draft.effective_at)
    entry = Entry(
        member=head.member,
        seq=head.seq + 1,
        key=draft.key,
        input=draft.input,
        currency=draft.currency,
        kind=draft.kind,
        points=draft.changes.points,
        reference=draft.reference,
        reason=draft.reason,
        actor=draft.actor,
        correlation=draft.correlation,
        occurred_at=draft.occurred_at,
        effective_at=effective_at,
        recorded_at=max(now, head.recorded_at or now),
        lines=draft.lines,
        changes=draft.changes,
        after=apply(head.after, draft.currency, draft.changes, head.seq + 1),
        previous=head.hash,
        reverses=draft.reverses,
    )
    form = entry_to_plain(entry)
    # The one place where an entry is completed; a copy with a hash would cost as much as the entry.
    object.__setattr__(entry, "form", form)
    object.__setattr__(entry, "hash", plain_hash(form))
    return entry
