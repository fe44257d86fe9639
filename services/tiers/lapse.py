"""Writes down that a member's tier has ended, by time or by new terms; nothing that is read depends on it."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from domain.actors import SYSTEM
from domain.ledger.canonical import input_hash
from domain.ledger.entry import Draft, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.state import Changes, State, TierMark
from domain.program.program import Program
from domain.tiers.lapse import by_new_terms, next_lapse
from domain.tiers.terms import Terms
from domain.time import MILLISECOND, day_start
from services.context import Context
from services.ledger.poster import Posted, Posting

PAGE = 500
_Due = Callable[[State, datetime], TierMark | None]


async def lapse_due(context: Context, now: datetime) -> int:
    """Posts an entry for each tier that has ended by `now`, dated when it did; how many members had one end.

    It takes time in proportion to those members. Stopped and run again, or run by several at once, it writes each
    end once.
    """
    program = await context.programs.current()
    after, lapsed = None, 0
    while page := await context.accounts.tiers_due(now + MILLISECOND, after=after, limit=PAGE):
        lapsed += sum(await asyncio.gather(*(_lapse(context, program, one.member, now) for _, one in page)))
        ended, last = page[-1]
        after = (ended, last.member)
    return lapsed


async def judge_anew(context: Context, now: datetime) -> int:
    """Looks once at each member whose tier was last judged by other terms than the programme's.

    Whoever stands elsewhere by the new ones gets an entry that says so; how many those are.
    """
    program = await context.programs.current()
    terms, moved = Terms.of(program), 0
    while page := await context.accounts.otherwise_judged(terms, limit=PAGE):
        elsewhere = [one.member for one in page if by_new_terms(program, one.state, now)]
        outcomes = await asyncio.gather(*(_by_new_terms(context, program, member, now) for member in elsewhere))
        moved += sum(outcomes)
        # A member who has moved on meanwhile is judged as their entry is projected, or the next time.
        if await context.accounts.judge(page, terms) == 0:
            break
    return moved


async def _lapse(context: Context, program: Program, member: str, now: datetime) -> bool:
    """Every end that is due, one entry each, as the head of the member has them."""
    lapsed = False
    while True:
        head = (await context.ledger.heads([member]))[member]
        due = next_lapse(program, head.after)
        if due is None or due.since > now:
            return lapsed

        def again(state: State, at: datetime, due: TierMark = due) -> TierMark | None:
            return due if next_lapse(program, state) == due else None

        if not await _post(context, program, member, again, key=_key(program, due), occurred_at=due.since):
            return lapsed
        lapsed = True


async def _by_new_terms(context: Context, program: Program, member: str, now: datetime) -> bool:
    def due(state: State, at: datetime) -> TierMark | None:
        return by_new_terms(program, state, at)

    return await _post(context, program, member, due, key=f"tier:v{program.version}", occurred_at=now)


def _key(program: Program, due: TierMark) -> str:
    """By the day on which it ends; staff may end one at any time of it."""
    day = due.since.astimezone(program.zone).date()
    midnight = due.since == day_start(day, program.zone)
    return f"tier:{day if midnight else due.since.isoformat()}"


async def _post(
    context: Context, program: Program, member: str, due: _Due, *, key: str, occurred_at: datetime
) -> bool:
    input = input_hash("tier", key)

    def decide(head: Head, at: datetime) -> Draft | None:
        mark = due(head.after, at)
        if mark is None:
            return None
        return Draft(
            key=key,
            input=input,
            currency=program.default_currency.code,
            kind=EntryKind.TIER,
            changes=Changes(tier=mark),
            actor=SYSTEM,
            occurred_at=occurred_at,
            effective_at=at,
        )

    outcome = await context.poster.post(Posting(member, key, input, decide, at=occurred_at))
    return isinstance(outcome, Posted) and not outcome.replayed
