"""A refund takes back what the returned part of its order earned, in every currency."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.earning.event import Event
from domain.earning.plain import event_from_plain
from domain.earning.refund import Refund, Standing, refund
from domain.earning.returns import Return
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide
from domain.ledger.reversals import given, take_back
from domain.ledger.state import counted
from domain.ledger.trail import Trail
from domain.program.levels import Tier
from domain.program.program import Program
from domain.refusals import Refused
from domain.tiers.standing import mark_after
from domain.tiers.windows import windows_kept
from services.context import Context
from services.earning.earn import Earning, entry_key
from services.earning.find_order import Order
from services.ledger.past import Past, read_past
from services.ledger.poster import Posted, Posting

_EVENT = "event:"


async def refund_order(context: Context, earning: Earning, order: Order) -> tuple[Entry, ...] | Refused:
    """Posts a REVERSE for each award of the order, of no points where nothing is due: its return counts later.

    The returns of an order are in the order of the reversals of its first award, so that refunds that race each
    other take back the same in every currency. Refuses as `domain.earning.returns.keep` does.
    """
    entries: list[Entry] = []
    past: Past | None = None
    for award in order.awards:
        turn = entries[0].seq if entries else None
        refunding = _Refunding(context=context, earning=earning, order=order, award=award, turn=turn, past=past)
        program = await _program_of(context, earning.program, award)
        outcome = await context.poster.post(refunding.posting(program))
        if isinstance(outcome, Refused):
            return outcome
        if isinstance(outcome, Posted):
            entries.append(outcome.entry)
        past = refunding.past
    return tuple(entries)


async def returns_of(context: Context, naming: Iterable[Entry], event: Event) -> list[Return]:
    """The returns among what named an order's first award, in their order, and then that of `event`."""
    before = [_claim_id(entry) for entry in naming if entry.key.startswith(_EVENT)]
    claims = await context.events.find(before) if before else {}
    events = [event_from_plain(claims[id].body, claims[id].member) for id in before]
    return [Return.of(one) for one in (*events, event)]


@dataclass(slots=True, kw_only=True)
class _Refunding:
    """One event's refund of one award.

    `turn`: the sequence of its reversal of the first award, once there is one. `past`: what was read so far.
    """

    context: Context
    earning: Earning
    order: Order
    award: Entry
    turn: int | None
    past: Past | None

    def posting(self, program: Program) -> Posting:
        """The command; `program` is the award's."""
        earning, award = self.earning, self.award

        async def prepare(head: Head) -> Decide:
            self.past = past = await read_past(self.context.ledger, head, self.past)
            returns = await returns_of(self.context, self._before(past), earning.event)
            return lambda head, at: self._decide(program, past.trail(at), returns, head, at)

        return Posting(
            award.member,
            entry_key(earning.event, award.currency),
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

    def _decide(
        self, program: Program, trail: Trail, returns: Sequence[Return], head: Head, at: datetime
    ) -> Draft | Refused:
        earning, award = self.earning, self.award
        due = refund(
            program,
            self.order.event,
            returns,
            tier=_tier_of(program, award),
            award_of=_standing(award, trail),
        )
        if isinstance(due, Refused):
            return due
        counts, kept = _counts(award, due), windows_kept(earning.program)
        reversal = take_back(
            head.after.account(award.currency),
            award,
            trail,
            due.points,
            policy=earning.program.reversal.spent,
            version=program.version,
            because=due.because,
            tier=mark_after(earning.program, counted(head.after, counts, kept=kept), at),
            qualifying=counts,
            kept=kept,
        )
        return Draft(
            key=entry_key(earning.event, award.currency),
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


async def _program_of(context: Context, current: Program, award: Entry) -> Program:
    """The version that gave the award, as its lines say; one that gave no points only counted for a tier."""
    return await context.programs.at(award.lines[0].version) if award.lines else current


def _tier_of(program: Program, award: Entry) -> Tier:
    """The tier that multiplied the award; the lowest when its lines name none, which then comes to the same."""
    multiplied = {line.rule for line in award.lines}
    return next(
        (tier for tier in program.tiers.levels if f"tier:{tier.code}" in multiplied), program.tiers.levels[0]
    )


def _standing(award: Entry, trail: Trail) -> Standing:
    return Standing(
        award.currency,
        given(award),
        taken=trail.asked_back(award.seq),
        counted=sum(amount for _, amount in award.changes.qualifying),
        uncounted=-sum(trail.unqualified(award.seq).values()),
    )


def _counts(award: Entry, due: Refund) -> tuple[tuple[str, int], ...]:
    """An event counts in one window, which is the one that its refund takes from."""
    return tuple((year, -due.uncounted) for year, _ in award.changes.qualifying[:1] if due.uncounted)


def _claim_id(entry: Entry) -> str:
    """The event whose refund an entry is."""
    return entry.key.removeprefix(_EVENT).rpartition("#")[0]
