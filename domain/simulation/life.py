"""One member's ledger in memory: the state that their entries leave, written nowhere."""

from datetime import UTC, datetime
from typing import NamedTuple

from domain.actors import SYSTEM
from domain.earning.events.event import Event
from domain.earning.posting.effect import Effect
from domain.earning.returns.returns import Return
from domain.ledger.entry import AwardLine, Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.settle import next_due
from domain.ledger.state import Changes, State, apply
from domain.ledger.trail import Trail

_EVER = datetime.min.replace(tzinfo=UTC)


class Order(NamedTuple):
    """An event that others may be about: the state before it, its awards, and what came back of it so far."""

    event: Event
    before: State
    awards: tuple[Entry, ...]
    returns: list[Return]


class Life:
    """A member from where the simulation begins.

    Of one who is `followed` every entry is kept, as a return or a delivery needs them; of all others the state
    alone, so that a simulation takes memory by the number of members and not of events.
    """

    __slots__ = ("at", "entries", "followed", "member", "orders", "seq", "state", "trail")

    def __init__(self, member: str, state: State, *, followed: bool) -> None:
        self.member = member
        self.state = state
        self.followed = followed
        self.seq = 0
        self.at = _EVER
        self.entries: list[Entry] = []
        self.trail = Trail()
        self.orders: dict[str, Order] = {}

    def settle(self, at: datetime) -> datetime:
        """Does what time has done by `at`, and answers when the next entry counts: never before the last."""
        moment = max(at, self.at)
        while due := next_due(self.state, moment):
            self._add(due.currency, due.kind, due.changes, due.moment, reverses=due.reverses)
        self.at = moment
        return moment

    def write(self, event: Event, made: Effect, *, reverses: int | None = None) -> Entry:
        """The entry that an event makes upon the settled state."""
        return self._add(
            made.currency,
            made.kind,
            made.changes,
            event.occurred_at,
            key=f"event:{event.claim_id}#{made.key_suffix}",
            lines=made.lines,
            reverses=reverses,
        )

    def naming(self, award: Entry) -> list[Entry]:
        """The entries that reversed or released an award, oldest first; of one who is followed."""
        return [entry for entry in self.entries if entry.reverses == award.seq]

    def _add(
        self,
        currency: str,
        kind: EntryKind,
        changes: Changes,
        occurred_at: datetime,
        *,
        key: str = "",
        lines: tuple[AwardLine, ...] = (),
        reverses: int | None = None,
    ) -> Entry:
        self.seq += 1
        self.state = apply(self.state, currency, changes, self.seq)
        entry = Entry(
            self.member,
            self.seq,
            key,
            "",
            currency,
            kind,
            changes.points,
            None,
            None,
            SYSTEM,
            None,
            occurred_at,
            self.at,
            self.at,
            lines,
            changes,
            self.state,
            None,
            reverses,
        )
        if self.followed:
            self.entries.append(entry)
            self.trail.add(entry)
        return entry
