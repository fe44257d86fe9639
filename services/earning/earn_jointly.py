"""Events that use a budget: all their entries and what they use of it, in one transaction."""

from domain.earning.budgets import budgets_of
from domain.ledger.entry import Entry, Head
from domain.ledger.posting import Decide
from mongo.faults import Duplicate
from mongo.transactions import Session
from services.context import Context
from services.earning.earning import stem_of
from services.earning.judging import Judging
from services.ledger.poster import Outcome, Posting


async def earn_jointly(context: Context, judging: Judging) -> Outcome:
    """Posts all that the event writes, and uses the budgets that the judgement says; both or neither.

    What is left is read before each try, and the limit is in the write's own condition: who finds less left than
    they decided upon reads and decides again. None, and nothing written, when the event uses none of these budgets
    any more, or others: then it is to be judged anew.
    """
    earning, budgets, wanted = (
        judging.earning,
        budgets_of(judging.earning.program, judging.earning.event),
        judging.uses,
    )
    key, rooms = judging.key, context.rooms

    async def prepare(head: Head) -> Decide:
        judging.room = await rooms.left_now(budgets)
        return judging.first(key, wanted.keys())

    async def use(session: Session, entry: Entry) -> None:
        for budget, points in judging.uses.items():
            if not await rooms.take(session, budget, points):
                raise Duplicate("others have used the budget meanwhile")  # the transaction begins again

    async with rooms.turn(wanted):
        if not any((await rooms.left_now(tuple(wanted))).values()):
            return None
        posting = Posting(
            earning.event.member,
            key,
            earning.input,
            at=earning.at,
            prepare=prepare,
            stem=stem_of(earning.event),
        )
        return await context.poster.post_with(posting, use, then=lambda first: judging.rest(judging.parts[1:]))
