"""A claimed event on its way into the ledger, and the entries that its parts become there."""

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.earning.events.event import Event
from domain.earning.posting.effect import Part, effect
from domain.ledger.entry import Draft, Entry, Head
from domain.program.program import Program
from domain.refusals import Refused
from services.earning.people import About

_EVENT = "event:"


@dataclass(frozen=True, slots=True)
class Earning:
    """`about` is its member beside the ledger. `input` is the claim's; `at` is None for now.

    `fresh`: it was claimed just now, so nothing of it can stand in the ledger yet.
    """

    program: Program
    event: Event
    about: About
    actor: Actor
    input: str
    at: datetime | None
    fresh: bool

    @property
    def reference(self) -> str:
        """How entries name the event."""
        return f"{self.event.source}/{self.event.id}"

    def draft(self, part: Part, head: Head, at: datetime) -> Draft | Refused:
        """The entry that a part makes at `at` upon a settled head. Refuses as `effect` does."""
        made = effect(self.program, self.event, part, head.after, at)
        if isinstance(made, Refused):
            return made
        return Draft(
            key=entry_key(self.event, made.key_suffix),
            input=self.input,
            currency=made.currency,
            kind=made.kind,
            changes=made.changes,
            actor=self.actor,
            occurred_at=self.event.occurred_at,
            effective_at=at,
            reference=self.reference,
            reason=self.event.type,
            lines=made.lines,
        )


def stem_of(event: Event) -> str:
    """What the keys of all entries that an event wrote begin with, up to the last "#"."""
    return f"{_EVENT}{event.claim_id}"


def entry_key(event: Event, suffix: str) -> str:
    """The ledger key of one of them; `suffix` is a currency, or a currency and a rule: "POINTS~welcome"."""
    # No code has a "#": two events never share a key.
    return f"{stem_of(event)}#{suffix}"


def suffix_of(entry: Entry) -> str:
    """What tells the entry of an event from the event's others."""
    return entry.key.rpartition("#")[2]


def claim_of(entry: Entry) -> str | None:
    """The claim of the event that an entry was written for; None when it was for none."""
    return entry.key.removeprefix(_EVENT).rpartition("#")[0] if entry.key.startswith(_EVENT) else None
