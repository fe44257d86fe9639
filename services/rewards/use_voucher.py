"""A till takes a voucher: once a receipt, and never more than it is worth."""

import asyncio
import random
from dataclasses import dataclass
from decimal import Decimal

from domain.program.program import Program
from domain.refusals import Refused, invalid, not_found
from domain.rewards.codes import bare, is_mistyped
from domain.rewards.redemption import Redemption, VoucherUse
from domain.rewards.voucher_use import Terms, Used
from domain.rewards.voucher_use import use_voucher as decide_use
from mongo.faults import Contention
from services.context import Context
from services.rewards.voucher_reward import PLAIN, voucher_reward

MAX_TEXT = 100
_ATTEMPTS = 40


@dataclass(frozen=True, slots=True)
class UseVoucher:
    """Use the voucher `code` in a store, at a till, for a receipt, which together name the use.

    `amount`: what is to be taken off a gift card, in the programme's money.
    """

    code: str
    store: str
    till: str
    receipt: str
    amount: Decimal | None = None


async def use_voucher(context: Context, command: UseVoucher) -> Used | Refused:
    """Uses the voucher, or answers the use of that name which stands.

    Refuses bad input and a mistyped code (INVALID_INPUT), NOT_FOUND, and what the pure `use_voucher` refuses.
    Raises StoreUnavailable when the outcome is unknown: the same receipt again is safe.
    """
    refusal = _refuse_input(command)
    if refusal:
        return refusal
    program = await context.programs.current()
    for attempt in range(_ATTEMPTS):
        found = await context.redemptions.by_code(command.code)
        if found is None:
            return _refuse_unknown(program, command.code)
        outcome = await _decide(context, program, found, command)
        if isinstance(outcome, Refused) or outcome.again:
            return outcome
        if await context.redemptions.put_use(outcome.redemption):
            return outcome
        await asyncio.sleep(random.uniform(0, min(0.05, 0.002 * 2**attempt)))
    raise Contention("too many others use the same voucher")


async def _decide(context: Context, program: Program, found: Redemption, command: UseVoucher) -> Used | Refused:
    reward = await voucher_reward(context, program, found.reward)
    stores = ((reward and reward.voucher) or PLAIN).stores
    use = VoucherUse(command.store, command.till, command.receipt, context.clock(), command.amount)
    return decide_use(found, command.code, use, Terms(stores, program.money))


def _refuse_input(command: UseVoucher) -> Refused | None:
    texts = {
        "code": command.code,
        "store": command.store,
        "till": command.till,
        "receipt": command.receipt,
    }
    for name, text in texts.items():
        if not text.strip() or len(text) > MAX_TEXT or not text.isprintable():
            return invalid(f"The {name} has 1 to {MAX_TEXT} characters.", name)
    return None if bare(command.code) else invalid("A code has letters or digits.", "code")


def _refuse_unknown(program: Program, code: str) -> Refused:
    """Of a code that nobody has. Only now is its check of use, since the codes of partners have none."""
    terms = (one.voucher or PLAIN for one in program.rewards if one.gives_vouchers)
    patterns = tuple({one.pattern: None for one in terms if one.pool is None})
    if is_mistyped(patterns, code):
        return invalid("The code was mistyped: read it again, or scan it.", "code")
    return not_found("There is no voucher of this code.", "code")
