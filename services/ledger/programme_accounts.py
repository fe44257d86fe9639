"""The programme's accounts in one currency, as they count at a moment."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.ledger.liability import Month, breakage_rate, outstanding_by_month, value
from domain.ledger.totals import NO_TOTALS, Totals
from domain.program.program import Currency, Program
from services.context import Context


@dataclass(frozen=True, slots=True)
class ProgrammeAccounts:
    """What a programme has issued in a currency, and what became of it. `worth`: money for one point."""

    currency: str
    totals: Totals
    months: tuple[Month, ...]
    worth: Decimal | None
    as_of: datetime

    @property
    def liability(self) -> Decimal | None:
        """What is outstanding, in money, exactly; None where the currency has no worth."""
        return self.worth_of(self.totals.outstanding)

    @property
    def breakage_rate(self) -> Decimal | None:
        """What has expired of all that was issued; None before anything was."""
        return breakage_rate(self.totals)

    def worth_of(self, points: int) -> Decimal | None:
        """So many points in money; None where the currency has no worth."""
        return None if self.worth is None else value(points, self.worth)


class NotCounted(Exception):
    """The accounts are being counted for the first time, or anew: there is no total of all of them yet."""


async def programme_accounts(
    context: Context, program: Program, currencies: list[Currency], *, now: datetime
) -> list[ProgrammeAccounts]:
    """The accounts in each of these currencies, all of one snapshot of what the accounts follower has seen.

    Settled to the last point at `now`, whether or not the sweep has run: what is past its date is expired, what
    was to be released by then is outstanding. Raises NotCounted until the follower has counted every account.
    """
    totals = await context.totals.read(now)
    if totals is None:
        raise NotCounted("The accounts are being added up: ask again in a while.")
    return [_accounts(program, currency, totals.get(currency.code, NO_TOTALS), now) for currency in currencies]


def _accounts(program: Program, currency: Currency, totals: Totals, now: datetime) -> ProgrammeAccounts:
    months = tuple(outstanding_by_month(totals, program.zone))
    return ProgrammeAccounts(currency.code, totals, months, currency.worth, now)
