"""What an event writes: its judgement as entries of the ledger, for the ledger itself and for the simulation."""

from datetime import datetime
from typing import NamedTuple, TypedDict

from domain.earning.events.event import Event
from domain.earning.facts.circumstances import Circumstances
from domain.earning.judging.judge import judge
from domain.earning.judging.judgement import Award, Judgement
from domain.earning.posting.expiry import idle_after, lot_date
from domain.earning.posting.waiting import releases_at, waits
from domain.ledger.decide import Qualifying, earn, earn_later
from domain.ledger.entry import AwardLine
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Pending
from domain.ledger.state import KEPT, MAX_POINTS, Changes, Count, Idle, State, TierMark, apply, counted
from domain.program.earning import EarningRule
from domain.program.program import Program
from domain.refusals import Code, Refused
from domain.tiers.standing import mark_after
from domain.tiers.windows import windows_kept

_EARN = EntryKind.EARN
_MUCH = 10**9
"""Of less at a time no counter comes near its bound in the life of a programme."""


class Part(NamedTuple):
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


class Effect(NamedTuple):
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
        if written:
            # What an entry writes does not depend on counters.
            head_state = apply(head_state, written[-1].currency, written[-1].changes, 0, counting=False)
        one = effect(program, event, part, head_state, at)
        if isinstance(one, Refused):
            return one
        written.append(one)
    return written


def parts(circumstances: Circumstances, judgement: Judgement) -> tuple[Part, ...]:
    """What becomes an entry each, in their order: the default currency first, since tiers count there.

    All that the event counts goes with the first. They do not depend on the head: what one of them writes does
    not change what the next gives.
    """
    program = circumstances.program
    default = program.default_currency.code
    counts = judgement.qualifying
    awards = list(judgement.awards)
    common = next((award for award in awards if award.currency == default and award.rule is None), None)
    if common is not None or counts or (judgement.counts and not awards):
        # It stands first, though it gave nothing: what counts for tiers is counted there.
        awards = [common or Award(default, 0, ()), *(award for award in awards if award is not common)]
    return tuple(_part(program, judgement, award, first=place == 0) for place, award in enumerate(awards))


def effect(program: Program, event: Event, part: Part, state: State, at: datetime) -> Effect | Refused:
    """The entry that a part of the event's makes at `at` on a settled state.

    Refuses as `earn` does, and LIMIT_REACHED where a counter would come beyond 2^53 - 1.
    """
    if _is_beyond(state, part):
        return Refused(Code.LIMIT_REACHED, "What is counted of a member comes to no more than 2^53 - 1.")
    account = state.account(part.currency)
    expires = lot_date(program, event.occurred_at, account, own=part.rule.expiry if part.rule else None)
    kept = windows_kept(program) if part.qualifying else KEPT
    ahead = counted(state, part.qualifying, kept=kept) if part.qualifying else state
    tier = mark_after(program, ahead, at)
    idle = idle_after(program, account, at)
    more = _More(qualifying=part.qualifying, tier=tier, idle=idle, counts=part.counts, kept=kept)
    changes: Changes | Refused
    released = _released(program, event, part, at)
    if released is None:
        kind, changes = _EARN, earn(account, part.points, expires_at=expires, **more)
    else:
        later = Pending(released.at, expires, part.points)
        kind, changes = EntryKind.PENDING, earn_later(account, later, **more)
    if isinstance(changes, Refused):
        return changes
    return Effect(part.suffix, part.currency, kind, changes, part.lines)


def _is_beyond(state: State, part: Part) -> bool:
    """Whether counters would hold more than every reader of a number can."""
    known = [(state.counted(counter, period), more) for counter, period, more, _ in part.counts if more > _MUCH]
    known += [(state.qualifying.get(key, 0), more) for key, more in part.qualifying if more > _MUCH]
    return any(before + more > MAX_POINTS for before, more in known)


class _More(TypedDict):
    """What an entry changes beside points."""

    qualifying: Qualifying
    tier: TierMark | None
    idle: Idle | None
    counts: tuple[Count, ...]
    kept: int


class _Until(NamedTuple):
    """When what waits is released; None: by an event alone."""

    at: datetime | None


def _released(program: Program, event: Event, part: Part, at: datetime) -> _Until | None:
    """Until when the points of a part wait; None when they do not."""
    own = part.rule.waits if part.rule else None
    if not part.points or not waits(program, event, own=own):
        return None
    until = releases_at(program, event, own=own)
    # What waited long enough before it was heard of can be spent at once.
    return _Until(until) if until is None or until > at else None


def _part(program: Program, judgement: Judgement, award: Award, *, first: bool) -> Part:
    """The part that an award becomes; the first one has what the event counts."""
    rule = next((rule for rule in program.earning if rule.code == award.rule), None) if award.rule else None
    common = award.rule is None and award.currency == program.default_currency.code
    return Part(
        award.currency,
        award.points,
        award.lines,
        judgement.qualifying if common else (),
        judgement.counts if first else (),
        rule,
    )
