"""What a programme may not change of the one before it. Pure: every flaw, none raised."""

from domain.program.flaws import Flaw, Flaws
from domain.program.program import Program


def check_change(before: Program, program: Program) -> Flaws:
    """All that would leave members with points, or spending, that nothing counts any more."""
    kept = {currency.code for currency in program.currencies}
    for currency in before.currencies:
        if currency.code not in kept:
            yield Flaw(("currencies",), f"must keep {currency.code}: members may have points in it")
    yield from _check_released(before, program)
    if program.money != before.money:
        yield Flaw(("money",), f"must stay {before.money}: what members spent is counted in it")


def _check_released(before: Program, program: Program) -> Flaws:
    """Awards that wait for an event alone need one that releases them."""
    if before.pending is None or before.pending.days is not None:
        return
    kept = program.pending.released_on if program.pending else ()
    for event in before.pending.released_on:
        if event not in kept:
            path = ("pending", "released_on") if program.pending else ("pending",)
            yield Flaw(path, f"must keep {event} in released_on: awards may wait for it")
