"""What an event writes: its judgement as entries of the ledger, for the ledger itself and for the simulation."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.earning.circumstances import Circumstances
from domain.earning.event import Event
from domain.earning.expiry import idle_after, lot_date
from domain.earning.judge import judge
from domain.earning.judgement import Award, Judgement
from domain.earning.waiting import releases_at, waits
from domain.ledger.decide import Qualifying, earn, earn_later
from domain.ledger.entry import AwardLine
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Pending
from domain.ledger.state import KEPT, Changes, Count, State, apply, counted
from domain.program.earning import EarningRule
from domain.program.program import Program
from domain.refusals import Refused
from domain.tiers.standing import mark_after
from domain.tiers.windows import windows_kept


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes one entry, whatever the head is on which it is written.

    `rule` is the one whose own waits and expiry go; None: the programme's.
    """

    currency: str
    points: int
    lines: tuple[AwardLine, ...] = ()
    qualifying: Qualifying = ()
    counts: tuple[Count, ...] = ()
    rule: EarningRule | None = None

    @property
    def suffix(self) -> str:
        """What tells the entry's key from those of the event's others: "POINTS", "POINTS~welcome"."""
        return f"{self.currency}~{self.rule.code}" if self.rule else self.currency


@dataclass(frozen=True, slots=True)
class Effect:
    """One entry that an event writes: its key is `event:<claim>#<key_suffix>`."""

    key_suffix: str
    currency: str
    kind: EntryKind
    changes: Changes
    lines: tuple[AwardLine, ...]


def effects(circumstances: Circumstances, head_state: State, at: datetime) -> list[Effect] | Refused:
    """All entries that the event writes at `at` on a settled state, in their order; each follows the one before.

    None at all when it neither gives points nor counts. Refuses LIMIT_REACHED past the bounds of an account.
    """
    program, event = circumstances.program, circumstances.event
    written: list[Effect] = []
    for part in parts(circumstances, judge(circumstances, explain=False)):
        one = effect(program, event, part, head_state, at)
        if isinstance(one, Refused):
            return one
        written.append(one)
        head_state = apply(head_state, part.currency, one.changes, 0)
    return written


def parts(circumstances: Circumstances, judgement: Judgement) -> tuple[Part, ...]:
    """What becomes an entry each, in their order: the default currency first, since tiers count there.

    All that the event counts goes with the first. They do not depend on the head: what one of them writes does
    not change what the next gives.
    """
    program = circumstances.program
    default = program.default_currency.code
    counts = judgement.qualifying
    found = [_part(program, award) for award in judgement.awards]
    if counts:
        common = next((at for at, part in enumerate(found) if part.suffix == default), None)
        first = Part(default, 0) if common is None else found.pop(common)
        found.insert(0, replace(first, qualifying=counts))
    if judgement.counts:
        first = found.pop(0) if found else Part(default, 0)
        found.insert(0, replace(first, counts=judgement.counts))
    return tuple(found)


def effect(program: Program, event: Event, part: Part, state: State, at: datetime) -> Effect | Refused:
    """The entry that a part of the event's makes at `at` on a settled state. Refuses as `earn` does."""
    account = state.account(part.currency)
    own_waits, own_expiry = (part.rule.waits, part.rule.expiry) if part.rule else (None, None)
    expires = lot_date(program, event.occurred_at, account, own=own_expiry)
    kept = windows_kept(program)
    tier = mark_after(program, counted(state, part.qualifying, kept=kept), at)
    idle = idle_after(program, account, at)
    kind, changes = EntryKind.EARN, None
    if part.points and waits(program, event, own=own_waits):
        released = releases_at(program, event, own=own_waits)
        # What waited long enough before it was heard of can be spent at once.
        if released is None or released > at:
            kind, pending = EntryKind.PENDING, Pending(released, expires, part.points)
            changes = earn_later(account, pending, qualifying=part.qualifying, tier=tier, idle=idle)
    if changes is None:
        changes = earn(account, part.points, expires_at=expires, qualifying=part.qualifying, tier=tier, idle=idle)
    if isinstance(changes, Refused):
        return changes
    if part.counts or part.qualifying:
        changes = replace(changes, counts=part.counts, kept=kept if part.qualifying else KEPT)
    return Effect(part.suffix, part.currency, kind, changes, part.lines)


def _part(program: Program, award: Award) -> Part:
    rule = next((rule for rule in program.earning if rule.code == award.rule), None) if award.rule else None
    return Part(award.currency, award.points, award.lines, rule=rule)
