"""What a return takes back and a delivery releases, as the ledger does it, of a member who is followed."""

from dataclasses import replace
from datetime import datetime

from domain.earning.events.event import Event
from domain.earning.facts.circumstances import Circumstances, Person
from domain.earning.posting.effect import Effect
from domain.earning.posting.expiry import idle_from
from domain.earning.posting.waiting import still_waiting
from domain.earning.returns.as_awarded import as_awarded
from domain.earning.returns.refund import Standing, refund
from domain.earning.returns.returns import Return, keep
from domain.earning.returns.room_back import asked_by, counts_back
from domain.ledger.decide import release
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.reversals import given, take_back
from domain.ledger.state import counted
from domain.program.program import Program
from domain.refusals import Refused
from domain.simulation.life import Life, Order
from domain.tiers.standing import mark_after
from domain.tiers.windows import windows_kept


def take_order_back(
    program: Program, life: Life, order: Order, event: Event, *, person: Person, at: datetime
) -> list[Entry] | Refused:
    """The reversals of all awards of the order; their counts say what budgets get back. Refuses as `keep` does."""
    returns = [*order.returns, Return.of(event)]
    kept = keep(order.event, returns, program.money)
    if isinstance(kept, Refused):
        return kept
    judged = as_awarded(program, order.event, order.before, person, order.awards)
    entries: list[Entry] = []
    for award in order.awards:
        made = _reversal(program, life, award, judged, returns=returns, at=at)
        if isinstance(made, Refused):
            return made
        entries.append(life.write(event, made, reverses=award.seq))
    if entries:
        order.returns.append(returns[-1])
    return entries


def release_order(program: Program, life: Life, order: Order, event: Event, at: datetime) -> list[Entry]:
    """The releases of what waits of the order."""
    entries = []
    for award in order.awards:
        waiting = still_waiting(award, life.naming(award), at) if award.kind is EntryKind.PENDING else None
        if waiting is None:
            continue
        account = life.state.account(award.currency)
        changes = release(account, waiting, idle=idle_from(program, account, at))
        made = Effect(_suffix(award), award.currency, EntryKind.RELEASE, changes, ())
        entries.append(life.write(event, made, reverses=award.seq))
    return entries


def _reversal(
    program: Program,
    life: Life,
    award: Entry,
    judged: Circumstances,
    *,
    returns: list[Return],
    at: datetime,
) -> Effect | Refused:
    trail = life.trail
    due = refund(judged, returns, award_of=_standing(life, award))
    if isinstance(due, Refused):
        return due
    windows = tuple((key, -due.uncounted) for key, _ in award.changes.qualifying[:1] if due.uncounted)
    kept = windows_kept(program)
    reversal = take_back(
        life.state.account(award.currency),
        award,
        trail,
        due.points,
        policy=program.reversal.spent,
        version=program.version,
        because=due.because,
        tier=mark_after(program, counted(life.state, windows, kept=kept), at),
        qualifying=windows,
        kept=kept,
    )
    naming, asked = life.naming(award), asked_by(reversal.lines)
    changes = replace(reversal.changes, counts=counts_back(program, award, naming, due, asked=asked))
    return Effect(_suffix(award), award.currency, EntryKind.REVERSE, changes, reversal.lines)


def _standing(life: Life, award: Entry) -> Standing:
    return Standing(
        award.currency,
        given(award),
        taken=life.trail.asked_back(award.seq),
        counted=sum(amount for _, amount in award.changes.qualifying),
        uncounted=-sum(life.trail.unqualified(award.seq).values()),
        rule=_suffix(award).partition("~")[2] or None,
    )


def _suffix(award: Entry) -> str:
    return award.key.rpartition("#")[2]
