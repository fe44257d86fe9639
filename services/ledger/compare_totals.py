"""Holds the programme's accounts against the members' accounts that they add up."""

from services.context import Context


async def compare_totals(context: Context) -> list[str]:
    """Where the programme's totals are not the sum over the projected accounts, in words; none where they agree.

    All of one snapshot, in flat memory, so that followers may go on meanwhile. Before all accounts are counted
    there is nothing to compare. Whether the accounts are the ledger's is for `verify` to say.
    """
    return await context.totals.differences()
