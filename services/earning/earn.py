"""What one claimed event writes: an entry for each currency in which it gives or counts something, and for each
rule whose points wait or expire in their own way."""

from dataclasses import replace

from domain.earning.judging.budgets import budgets_of, used_of
from domain.ledger.entry import Entry
from domain.ledger.settle import settle
from domain.ledger.state import EMPTY_STATE, State
from domain.refusals import Refused
from mongo.faults import Contention, StoreFault
from services.context import Context
from services.earning.earn_jointly import earn_jointly
from services.earning.earning import Earning, claim_of, entry_key, stem_of
from services.earning.judging import Judging
from services.ledger.poster import Outcome, Posted

MAX_ATTEMPTS = 20


async def earn_event(context: Context, earning: Earning) -> tuple[Entry, ...] | Refused:
    """Posts what the event gives; the entries that stand already for one that was posted before.

    All its entries are of one judgement, upon the state before the first: after a crash between two of them it is
    judged by that state again. Refuses LIMIT_REACHED past the bounds of an account.
    """
    judging = Judging(earning)
    first = await _first(context, judging)
    if isinstance(first, Posted) and first.replayed:
        return await _resume(context, earning)
    context.failures.add(earning.event, judging.failures)
    if not isinstance(first, Posted):
        return first or ()
    together = [entry for entry in first.more if claim_of(entry) == earning.event.claim_id]
    return await _finish(context, judging, [first.entry, *together])


async def _first(context: Context, judging: Judging) -> Outcome:
    """The first entry, with all others where they use budgets; None when there is nothing to write."""
    earning = judging.earning
    budgets = budgets_of(earning.program, earning.event)
    key = entry_key(earning.event, earning.program.default_currency.code)
    for _ in range(MAX_ATTEMPTS):
        judging.room = await context.rooms.left(budgets) if budgets else {}
        if await _uses_budgets(context, judging):
            outcome = await earn_jointly(context, judging)
            if outcome is not None:
                return outcome
            continue
        outcome = await context.poster.post(judging.posting(key))
        if outcome is not None or not judging.parts:
            return outcome
        key = judging.key
    raise Contention("others kept moving what the event is judged by")


async def _uses_budgets(context: Context, judging: Judging) -> bool:
    """Whether the event would use budgets as things stand; only asked of the ledger where one is open."""
    if not any(judging.room.values()):
        return False
    at = judging.earning.at or context.clock()
    head = await context.ledger.head(judging.earning.event.member)
    judging.judge_upon(settle(head.after, max(at, head.effective_at or at)))
    return bool(judging.uses)


async def _resume(context: Context, earning: Earning) -> tuple[Entry, ...] | Refused:
    """The entries that stand of the event, and those that are still missing beside them."""
    slot = (earning.event.member, stem_of(earning.event))
    standing = (await context.ledger.families([slot]))[slot]
    program = earning.program
    version = next((line.version for entry in standing for line in entry.lines), None)
    if version is None:
        # What only counted names no version: it is the one that was in force when it was written.
        program = await context.programs.as_of(standing[0].recorded_at)
    elif version != program.version:
        program = await context.programs.at(version)
    # Entries that use budgets stand together with all others: none is missing. Nor may one be looked for, since
    # without these budgets other rules may count. Where none was used it is the same as if all were spent.
    if used_of(program, earning.event.occurred_at, ((entry.currency, entry.lines) for entry in standing)):
        return tuple(standing)
    room = {budget.cap: 0 for budget in budgets_of(program, earning.event)}
    judging = Judging(replace(earning, program=program, fresh=False), room)
    judging.judge_upon(await _before(context, standing[0]))
    return await _finish(context, judging, standing)


async def _before(context: Context, entry: Entry) -> State:
    """The state that an entry followed."""
    if entry.seq == 1:
        return EMPTY_STATE
    slot = (entry.member, entry.seq - 1)
    before = (await context.ledger.get_many([slot])).get(slot)
    if before is None:
        raise StoreFault(f"entry {entry.seq - 1} of a member cannot be read, though there is a later one")
    return before.after


async def _finish(context: Context, judging: Judging, standing: list[Entry]) -> tuple[Entry, ...] | Refused:
    """Posts the parts that do not stand yet, in their order."""
    entries, keys = list(standing), {entry.key for entry in standing}
    for posting in judging.rest(part for part in judging.parts if judging.key_of(part) not in keys):
        outcome = await context.poster.post(posting)
        if isinstance(outcome, Refused):
            return outcome
        if isinstance(outcome, Posted):
            entries.append(outcome.entry)
    return tuple(entries)
