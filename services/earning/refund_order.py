"""A refund takes back what the returned part of its order earned, in every currency."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.earning.events.event import Event
from domain.earning.events.plain import event_from_plain
from domain.earning.facts.circumstances import Circumstances
from domain.earning.returns.as_awarded import as_awarded
from domain.earning.returns.refund import Refund, Standing, refund
from domain.earning.returns.returns import Return
from domain.earning.returns.room_back import asked_by, counts_back, with_room_back
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide
from domain.ledger.reversals import given, take_back
from domain.ledger.state import EMPTY_STATE, counted
from domain.ledger.trail import Trail
from domain.program.program import Program
from domain.refusals import Refused
from domain.tiers.standing import mark_after
from domain.tiers.windows import windows_kept
from mongo.transactions import Session
from services.context import Context
from services.earning.earning import Earning, claim_of, entry_key, suffix_of
from services.earning.find_order import Order
from services.earning.room_back import budgets_used, give_room_back, program_of
from services.ledger.past import Past, read_past
from services.ledger.poster import Outcome, Posted, Posting


async def refund_order(context: Context, earning: Earning, order: Order) -> tuple[Entry, ...] | Refused:
    """Posts a REVERSE for each award of the order, of no points where nothing is due: its return counts later.

    The returns of an order are in the order of the reversals of its first award, so that refunds that race each
    other take back the same in every currency. What the returned part counted, under caps and budgets too, comes
    back with it. Refuses as `domain.earning.returns.returns.keep` does.
    """
    entries: list[Entry] = []
    past: Past | None = None
    program = await program_of(context, order.awards) if order.awards else earning.program
    for award in order.awards:
        turn = entries[0].seq if entries else None
        refunding = _Refunding(context, earning, order, award, program, turn=turn, past=past)
        outcome = await _post(context, refunding)
        if isinstance(outcome, Refused):
            return outcome
        if isinstance(outcome, Posted):
            entries.append(outcome.entry)
        past = refunding.past
    return tuple(entries)


async def returns_of(context: Context, naming: Iterable[Entry], event: Event) -> list[Return]:
    """The returns among what named an order's first award, in their order, and then that of `event`."""
    before = [claim for claim in map(claim_of, naming) if claim]
    claims = await context.events.find(before) if before else {}
    events = [event_from_plain(claims[id].body, claims[id].member) for id in before]
    return [Return.of(one) for one in (*events, event)]


async def _post(context: Context, refunding: "_Refunding") -> Outcome:
    budgets = budgets_used(refunding.program, refunding.award)
    if not budgets:
        return await context.poster.post(refunding.posting())

    async def beside(session: Session, entry: Entry) -> None:
        await give_room_back(context, session, entry)

    async with context.rooms.turn(budgets):
        return await context.poster.post_with(refunding.posting(), beside)


@dataclass(slots=True)
class _Refunding:
    """One event's refund of one award, which the version `program` gave.

    `turn`: the sequence of its reversal of the first award, once there is one. `past`: what was read so far.
    """

    context: Context
    earning: Earning
    order: Order
    award: Entry
    program: Program
    turn: int | None = field(kw_only=True)
    past: Past | None = field(kw_only=True)

    def posting(self) -> Posting:
        """The command."""
        earning, award = self.earning, self.award

        async def prepare(head: Head) -> Decide:
            self.past = past = await read_past(self.context.ledger, head, self.past)
            returns = await returns_of(self.context, self._before(past), earning.event)
            judged = self._circumstances(past)
            return lambda head, at: self._decide(judged, past, returns, head, at)

        return Posting(
            award.member,
            entry_key(earning.event, suffix_of(award)),
            earning.input,
            at=earning.at,
            fresh=earning.fresh,
            prepare=prepare,
        )

    def _before(self, past: Past) -> list[Entry]:
        """What named the first award before this refund's turn."""
        first = self.order.awards[0].seq
        turn = self.turn or past.head.seq + 1
        return [entry for entry in past.entries if entry.reverses == first and entry.seq < turn]

    def _circumstances(self, past: Past) -> Circumstances:
        """Those of the award."""
        first = self.order.awards[0].seq
        state = past.entries[first - 2].after if first > 1 else EMPTY_STATE
        order, person = self.order, self.earning.about.person
        return as_awarded(self.program, order.event, state, person, order.awards)

    def _decide(
        self, judged: Circumstances, past: Past, returns: Sequence[Return], head: Head, at: datetime
    ) -> Draft | Refused:
        earning, award, trail = self.earning, self.award, past.trail(at)
        due = refund(judged, returns, award_of=_standing(award, trail))
        if isinstance(due, Refused):
            return due
        counts, kept = _counts(award, due), windows_kept(earning.program)
        reversal = take_back(
            head.after.account(award.currency),
            award,
            trail,
            due.points,
            policy=earning.program.reversal.spent,
            version=self.program.version,
            because=due.because,
            tier=mark_after(earning.program, counted(head.after, counts, kept=kept), at),
            qualifying=counts,
            kept=kept,
        )
        draft = Draft(
            key=entry_key(earning.event, suffix_of(award)),
            input=earning.input,
            currency=award.currency,
            kind=EntryKind.REVERSE,
            changes=reversal.changes,
            actor=earning.actor,
            occurred_at=earning.event.occurred_at,
            effective_at=at,
            reference=earning.reference,
            reason=earning.event.type,
            lines=reversal.lines,
            reverses=award.seq,
        )
        naming = [entry for entry in past.entries if entry.reverses == award.seq]
        asked = asked_by(draft.lines)
        return with_room_back(draft, counts_back(self.program, award, naming, due, asked=asked))


def _standing(award: Entry, trail: Trail) -> Standing:
    return Standing(
        award.currency,
        given(award),
        taken=trail.asked_back(award.seq),
        counted=sum(amount for _, amount in award.changes.qualifying),
        uncounted=-sum(trail.unqualified(award.seq).values()),
        rule=suffix_of(award).partition("~")[2] or None,
    )


def _counts(award: Entry, due: Refund) -> tuple[tuple[str, int], ...]:
    """An event counts in one window, which is the one that its refund takes from."""
    return tuple((year, -due.uncounted) for year, _ in award.changes.qualifying[:1] if due.uncounted)
