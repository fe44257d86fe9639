"""The posting of each kind of correction."""

from datetime import datetime

from domain.earning.returns.room_back import asked_by, share_back, with_room_back
from domain.ledger.entry import Draft, Head
from domain.ledger.posting import Decide
from domain.program.program import Program
from domain.refusals import Refused
from domain.support.correction import Adjustment, Correction, EntryReversal, Extension, Reinstatement
from domain.support.decide import (
    Case,
    Order,
    decide_adjustment,
    decide_extension,
    decide_reinstatement,
    decide_reversal,
)
from services.context import Context
from services.earning.room_back import program_of
from services.ledger.past import Past, read_past
from services.ledger.poster import Posting


def posting_of(context: Context, program: Program, order: Order, member: str, what: Correction) -> Posting:
    """The correction of a member as a posting; that of a reversal reads the member's history at every attempt."""
    if isinstance(what, EntryReversal):
        return _reversal(context, program, order, member, what)
    other = what

    def decide(head: Head, at: datetime) -> Draft | Refused:
        return _decide(Case(program, order, head, at), other)

    return Posting(member, order.key, order.input, decide)


def _decide(case: Case, what: Adjustment | Extension | Reinstatement) -> Draft | Refused:
    match what:
        case Adjustment():
            return decide_adjustment(case, what)
        case Extension():
            return decide_extension(case, what)
        case Reinstatement():
            return decide_reinstatement(case, what)


def _reversal(context: Context, program: Program, order: Order, member: str, what: EntryReversal) -> Posting:
    past: Past | None = None

    async def prepare(head: Head) -> Decide:
        nonlocal past
        past = history = await read_past(context.ledger, head, past)
        # Gapless from 1: the entry of a sequence stands at its place.
        target = history.entries[what.sequence - 1] if 1 <= what.sequence <= len(history.entries) else None

        by = await program_of(context, [target]) if target else program
        naming = [entry for entry in history.entries if entry.reverses == what.sequence]

        def decide(head: Head, at: datetime) -> Draft | Refused:
            trail = history.trail(at)
            draft = decide_reversal(Case(program, order, head, at), what, target, trail)
            if isinstance(draft, Refused) or target is None:
                return draft
            return with_room_back(draft, share_back(by, target, naming, asked=asked_by(draft.lines)))

        return decide

    return Posting(member, order.key, order.input, prepare=prepare)
