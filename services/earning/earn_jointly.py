"""Events that use a budget: all their entries and what they use of it, in one transaction."""

import asyncio
import random

from domain.earning.judging.budgets import budgets_of
from domain.ledger.entry import Entry
from domain.refusals import Code, Refused
from mongo.faults import Contention
from mongo.transactions import Session
from services.context import Context
from services.earning.earning import stem_of
from services.earning.judging import Judging
from services.ledger.poster import Outcome, Posting

MAX_ATTEMPTS = 40
_LOST = Refused(Code.LIMIT_REACHED, "Others have used the budget meanwhile.")


async def earn_jointly(context: Context, judging: Judging) -> Outcome:
    """Posts all that the event writes, and uses the budgets that the judgement says; both or neither.

    What is left is read before each try, and the limit is in the write's own condition: who finds less left than
    they decided upon reads and decides again. None, and nothing written, when the event uses none of these budgets
    any more, or others: then it is to be judged anew.
    """
    earning, wanted, key, rooms = judging.earning, judging.uses, judging.key, context.rooms
    budgets = budgets_of(earning.program, earning.event)

    async def use(session: Session, entry: Entry) -> Refused | None:
        # Another process may have posted the event since it was looked up, and under another key than this one.
        if await context.ledger.families([(entry.member, stem_of(earning.event))]):
            return _LOST
        for budget, points in judging.uses.items():
            if not await rooms.take(session, budget, points):
                return _LOST
        return None

    async with rooms.turn(wanted):
        for attempt in range(MAX_ATTEMPTS):
            judging.room = await rooms.left_now(budgets)
            if not any(judging.room[budget.cap] for budget in wanted):
                return None
            posting = Posting(
                earning.event.member,
                key,
                earning.input,
                judging.first(key, wanted.keys()),
                at=earning.at,
                stem=stem_of(earning.event),
            )
            outcome = await context.poster.post_with(posting, use, then=judging.after_first)
            if outcome is not _LOST:
                return outcome
            await asyncio.sleep(random.uniform(0, min(0.05, 0.002 * 2**attempt)))
    raise Contention("others kept using the budget")
