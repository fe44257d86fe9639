"""What a refund takes back of one award, by the pure domain."""

from collections.abc import Sequence
from datetime import datetime

from domain.actors import SYSTEM
from domain.earning.events.event import Event
from domain.earning.facts.circumstances import Circumstances
from domain.earning.returns.as_awarded import as_awarded
from domain.earning.returns.refund import Refund, Standing, refund
from domain.earning.returns.returns import Return
from domain.earning.returns.room_back import asked_by, counts_back, with_room_back
from domain.ledger.entry import Draft, Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.reversals import given, take_back
from domain.ledger.state import State, counted
from domain.ledger.trail import Trail
from domain.tiers.standing import mark_after

_AWARDS = (EntryKind.EARN, EntryKind.PENDING)


def awards_of(order: Event, entries: Sequence[Entry]) -> list[Entry]:
    """The awards among a member's entries that an event gave."""
    stem = f"event:{order.claim_id}#"
    return [entry for entry in entries if entry.kind in _AWARDS and entry.key.startswith(stem)]


def refunded(
    judged: Circumstances,
    award: Entry,
    returns: Sequence[Event],
    *,
    entries: Sequence[Entry],
    state: State,
    at: datetime,
) -> Draft:
    """The reversal of one award for the last of `returns`.

    `judged`: the circumstances of the award; `entries`: all of the member's; `state`: theirs at `at`.
    """
    order, awards = judged.event, awards_of(judged.event, entries)
    judged = as_awarded(judged.program, order, judged.state, judged.person, awards)
    program, event, trail = judged.program, returns[-1], Trail.of(entries)
    before = [Return.of(one) for one in returns]
    due = refund(judged, before, award_of=_standing(award, trail))
    assert isinstance(due, Refund), due
    counts = tuple((window, -due.uncounted) for window, _ in award.changes.qualifying[:1] if due.uncounted)
    reversal = take_back(
        state.account(award.currency),
        award,
        trail,
        due.points,
        policy=program.reversal.spent,
        version=program.version,
        because=due.because,
        tier=mark_after(program, counted(state, counts), at),
        qualifying=counts,
    )
    draft = Draft(
        key=f"event:{event.claim_id}#{award.key.rpartition('#')[2]}",
        input="",
        currency=award.currency,
        kind=EntryKind.REVERSE,
        changes=reversal.changes,
        actor=SYSTEM,
        occurred_at=event.occurred_at,
        effective_at=at,
        reason=event.type,
        lines=reversal.lines,
        reverses=award.seq,
    )
    naming = [entry for entry in entries if entry.reverses == award.seq]
    return with_room_back(draft, counts_back(program, award, naming, due, asked=asked_by(draft.lines)))


def _standing(award: Entry, trail: Trail) -> Standing:
    return Standing(
        award.currency,
        given(award),
        taken=trail.asked_back(award.seq),
        counted=sum(amount for _, amount in award.changes.qualifying),
        uncounted=-sum(trail.unqualified(award.seq).values()),
        rule=award.key.rpartition("#")[2].partition("~")[2] or None,
    )
