"""The member's balance as it changes."""

from collections.abc import AsyncGenerator

import strawberry

from resolvers.context import Info
from resolvers.errors import bad_request
from resolvers.given import ABSENT, given
from resolvers.ledger.balance import Balance
from resolvers.permissions import SignedInMember
from services.ledger.watch_balance import watch_balance


@strawberry.type
class BalanceChangedSubscription:
    """Holds the subscription."""

    @strawberry.subscription(
        extensions=[SignedInMember()],
        description="The signed-in member's own: the state on subscribing, then after each entry; "
        "every currency when none is named. Drop a lower revision.",
    )
    async def balance_changed(self, info: Info, currency: str | None = ABSENT) -> AsyncGenerator[Balance, None]:
        """Raises BAD_REQUEST for a currency that the programme does not have."""
        program, code = info.context.program, given(currency)
        found = program.currency(code)
        if found is None:
            raise bad_request(f"The programme has no currency {code}.")
        codes = [found.code] if code else [one.code for one in program.currencies]
        views = watch_balance(info.context.services, str(info.context.identity.member_id))
        try:
            async for view in views:
                for one in codes:
                    yield Balance(view=view, code=one)
        finally:
            await views.aclose()
