"""A friend has counted: the member who brought them counts one more, within the programme's limits."""

import logging
from datetime import datetime

from domain.actors import SYSTEM
from domain.earning.events.derived import is_history
from domain.earning.events.own import REFERRAL_MADE, friend_of
from domain.engagement.friends import count_friend
from domain.ledger.canonical import input_hash
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.state import Changes
from domain.program.program import Program
from domain.refusals import Refused
from services.context import Context
from services.ledger.poster import Posted, Posting
from services.members.active_member import active_member

logger = logging.getLogger(__name__)


async def bring_friend(context: Context, program: Program, referrer: str, entry: Entry) -> bool:
    """Whether the friend whose `entry` it is counts for the referrer; asked again, the answer is the same.

    The referrer's own sequence guards the limits, so that no race overruns them. A friend counts once, also when
    what they bought was returned and they buy again.
    """
    member = await active_member(context, referrer, path="referralCode")
    posting = _posting(program, referrer, entry)
    outcome = member if isinstance(member, Refused) else await context.poster.post(posting)
    if isinstance(outcome, Refused):
        extra = {"member": referrer, "code": outcome.code.value}
        logger.info("a friend does not count for who brought them", extra=extra)
    return isinstance(outcome, Posted)


def _posting(program: Program, referrer: str, entry: Entry) -> Posting:
    key = f"friend:{friend_of(referrer, entry.member)}"
    # By another entry of the same friend it is another input, and refused: they have counted before.
    input = input_hash("friend", entry.member, entry.seq)

    def decide(head: Head, at: datetime) -> Draft | Refused:
        counts = count_friend(program, head.after, entry.occurred_at)
        if isinstance(counts, Refused):
            return counts
        return Draft(
            key=key,
            input=input,
            currency=program.default_currency.code,
            kind=EntryKind.EARN,
            changes=Changes(counts=counts),
            actor=SYSTEM,
            occurred_at=entry.occurred_at,
            effective_at=at,
            reference=key.replace(":", "/"),
            reason=REFERRAL_MADE,
        )

    at = entry.effective_at if is_history(entry) else None
    return Posting(referrer, key, input, decide, at=at)
