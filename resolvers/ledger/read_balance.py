"""Balances of a member, read for a field."""

from datetime import datetime

from domain.ledger.entry import Entry
from resolvers.context import RequestContext
from resolvers.errors import bad_request
from resolvers.ledger.balance import Balance
from services.ledger.read_states import read_state_as_of, view_of


async def balance_of(context: RequestContext, member: str, currency: str | None, at: datetime | None) -> Balance:
    """The balance in a currency (the default one for None), now or as of a time that is not to come.

    Raises BAD_REQUEST for a currency that the programme does not have, and for a time to come.
    """
    found = context.program.currency(currency)
    if found is None:
        raise bad_request(f"The programme has no currency {currency}.")
    if at is None:
        return Balance(view=await context.loaders.states.load(member), code=found.code)
    if at > context.now:
        raise bad_request("`asOf` lies in the future: a balance is known up to now.")
    view = await read_state_as_of(context.services, member, at)
    return Balance(view=view, code=found.code, as_of=at)


async def balances_of(context: RequestContext, member: str) -> list[Balance]:
    """Now, in every currency of the programme, and in others of which the member ever had points."""
    view = await context.loaders.states.load(member)
    codes = [currency.code for currency in context.program.currencies]
    return [Balance(view=view, code=code) for code in dict.fromkeys([*codes, *view.state.accounts])]


async def balance_after(context: RequestContext, entry: Entry) -> Balance:
    """Today's balance in the entry's currency, with the entry surely in it, whoever else was faster to read."""
    view = await context.loaders.states.load(entry.member)
    if view.seq < entry.seq:
        view = view_of(entry.member, entry.seq, entry.after, context.now)
    return Balance(view=view, code=entry.currency)
