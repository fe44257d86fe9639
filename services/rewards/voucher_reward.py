"""The reward that a voucher is for."""

from domain.program.program import Program
from domain.program.rewards import Reward, VoucherTerms
from services.context import Context

PLAIN = VoucherTerms()
"""The terms of a reward that says nothing about its vouchers."""


async def voucher_reward(context: Context, program: Program, code: str) -> Reward | None:
    """The reward as the programme has it; one that it has dropped, as the catalog had it last."""
    return program.reward(code) or (await context.rewards.get_many([code])).get(code)
