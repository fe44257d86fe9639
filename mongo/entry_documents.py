"""The stored form of an entry, and back. Entries are never migrated: every format that was written is read."""

from dataclasses import dataclass

from domain.actors import Actor, ActorKind
from domain.ledger.canonical import changes_from_plain, entry_form, lines_from_plain, state_from_plain
from domain.ledger.entry import FORMAT, Entry, Head
from domain.ledger.kinds import EntryKind
from mongo.client import Document
from mongo.faults import StoreFault

HEAD_FIELDS = ("seq", "v", "after", "effectiveAt", "recordedAt", "hash")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that cannot be decoded though its format is known: something has damaged it."""

    member: str
    seq: int


def document_of(entry: Entry) -> Document:
    """The stored form: the canonical one with dates and bytes of BSON's own; nulls are left out."""
    document = {name: value for name, value in entry_form(entry).items() if value is not None}
    document["occurredAt"] = entry.occurred_at
    document["effectiveAt"] = entry.effective_at
    document["recordedAt"] = entry.recorded_at
    document["hash"] = entry.hash
    if entry.previous is not None:
        document["previous"] = entry.previous
    if not entry.lines:
        del document["lines"]
    return document


def entry_of(row: Document) -> Entry:
    """The inverse of `document_of`. Raises StoreFault for a format newer than this code."""
    _readable(row)
    return Entry(
        member=row["member"],
        seq=row["seq"],
        key=row["key"],
        input=row["input"],
        currency=row["currency"],
        kind=EntryKind(row["kind"]),
        points=row["points"],
        reference=row.get("reference"),
        reason=row.get("reason"),
        actor=Actor(ActorKind(row["actor"][0]), row["actor"][1]),
        correlation=row.get("correlation"),
        occurred_at=row["occurredAt"],
        effective_at=row["effectiveAt"],
        recorded_at=row["recordedAt"],
        lines=lines_from_plain(row.get("lines", ())),
        changes=changes_from_plain(row["changes"]),
        after=state_from_plain(row["after"]),
        previous=row.get("previous"),
        reverses=row.get("reverses"),
        v=row["v"],
        hash=row["hash"],
    )


def entry_or_unreadable(row: Document) -> Entry | Unreadable:
    """As `entry_of`, for whom what is damaged is a finding and no fault."""
    try:
        return entry_of(row)
    except (LookupError, ValueError, TypeError, AttributeError):
        return Unreadable(row["member"], row["seq"])


def head_of(row: Document) -> Head:
    """The head in the `HEAD_FIELDS` of a member's newest entry; `_id` is the member. Raises as `entry_of`."""
    _readable(row)
    return Head(
        row["_id"],
        row["seq"],
        state_from_plain(row["after"]),
        row["effectiveAt"],
        row["recordedAt"],
        row["hash"],
    )


def _readable(row: Document) -> None:
    if row["v"] > FORMAT:
        raise StoreFault(f"an entry has format {row['v']}, this build reads up to {FORMAT}: deploy readers first")
