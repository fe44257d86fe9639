"""The reward of a challenge, given to whoever has reached it: a redemption of no points."""

import logging
from datetime import datetime

from domain.actors import SYSTEM
from domain.engagement.reached import Reached
from domain.ledger.canonical import input_hash
from domain.ledger.decide import redeem
from domain.ledger.entry import Draft, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide
from domain.program.program import Program
from domain.refusals import Refused
from domain.rewards.redemption import reference_of
from services.context import Context
from services.ledger.poster import Posting
from services.members.active_member import active_member
from services.rewards.issue_reward import Issue, Redeemed, issue_reward, new_id

logger = logging.getLogger(__name__)


async def give_reward(context: Context, program: Program, reached: Reached) -> Redeemed | Refused:
    """Issues what the challenge gives, once for the entry that reached it; its points stand whatever comes of it.

    Refuses NOT_FOUND, MEMBER_NOT_ACTIVE and OUT_OF_STOCK, which is logged, and kept for the member to see.
    """
    reward = await context.rewards.listed(reached.reward)
    member = await active_member(context, reached.member, path="member")
    refusal = member if isinstance(member, Refused) else None
    id = new_id()
    posting = Posting(
        reached.member, reached.key, input_hash(reached.key), _decide(program, reached, id=id, refusal=refusal)
    )
    outcome = await issue_reward(context, posting, Issue(reached.reward, reward, reached.times, id))
    if isinstance(outcome, Refused):
        extra = {"challenge": reached.challenge, "reward": reached.reward, "code": outcome.code.value}
        logger.warning("the reward of a challenge could not be given", extra={"member": reached.member, **extra})
        now = context.clock()
        await context.notes.put(reached.member, reached.key, outcome.message, by=SYSTEM, at=now)
    return outcome


def _decide(program: Program, reached: Reached, *, id: str, refusal: Refused | None) -> Decide:
    def decide(head: Head, at: datetime) -> Draft | Refused:
        if refusal:
            return refusal
        currency = program.default_currency.code
        changes = redeem(head.after.account(currency), 0)
        if isinstance(changes, Refused):
            return changes
        return Draft(
            key=reached.key,
            input=input_hash(reached.key),
            currency=currency,
            kind=EntryKind.REDEEM,
            changes=changes,
            actor=SYSTEM,
            occurred_at=reached.at,
            effective_at=at,
            reference=reference_of(id),
            reason=reached.reward,
        )

    return decide
