"""What whoever redeemed gets when nothing stands in the way any more: at once, or when staff have said yes."""

from dataclasses import replace

from domain.members.hints import Hints
from domain.program.rewards import Reward
from domain.refusals import Refused
from domain.rewards.redemption import Redemption
from mongo.transactions import Session
from services.context import Context
from services.rewards.make_vouchers import make_vouchers
from services.rewards.order_from_partner import order_from_partner


async def complete_redemption(
    context: Context, session: Session, reward: Reward, redemption: Redemption, device: str | None
) -> Redemption | Refused:
    """The redemption with its vouchers as of its `updated_at`, in the caller's transaction, which writes it.

    Refuses OUT_OF_STOCK when a partner's codes are used up. `device`, what stands for the one that it came from,
    is the member's from then on.
    """
    vouchers = await make_vouchers(
        context, session, reward, redemption.quantity, redemption=redemption.id, now=redemption.updated_at
    )
    if isinstance(vouchers, Refused):
        return vouchers
    if device is not None:
        await context.fingerprints.keep(session, redemption.member, Hints(devices=frozenset({device})))
    await order_from_partner(context, session, reward, redemption)
    return replace(redemption, vouchers=vouchers)
