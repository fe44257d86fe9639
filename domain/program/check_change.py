"""What a programme may not change of the one before it. Pure: every flaw, none raised."""

from domain.program.flaws import Flaw, Flaws
from domain.program.program import Program


def check_change(before: Program, program: Program) -> Flaws:
    """All that would leave members with points, or spending, that nothing counts any more."""
    kept = {currency.code for currency in program.currencies}
    for currency in before.currencies:
        if currency.code not in kept:
            yield Flaw(("currencies",), f"must keep {currency.code}: members may have points in it")
    if program.money != before.money:
        yield Flaw(("money",), f"must stay {before.money}: what members spent is counted in it")
