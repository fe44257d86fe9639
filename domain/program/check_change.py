"""What a programme may not change of those before it. Pure: every flaw, none raised."""

from collections.abc import Sequence

from domain.program.flaws import Flaw, Flaws
from domain.program.program import Program


def check_change(earlier: Sequence[Program], program: Program) -> Flaws:
    """All that would leave members with points, or spending, that nothing counts any more.

    `earlier` are all versions so far, oldest first: an award goes by the one that was in force when it was given.
    """
    if not earlier:
        return
    before = earlier[-1]
    kept = {currency.code for currency in program.currencies}
    for currency in before.currencies:
        if currency.code not in kept:
            yield Flaw(("currencies",), f"must keep {currency.code}: members may have points in it")
    yield from _check_released(earlier, program)
    if program.money != before.money:
        yield Flaw(("money",), f"must stay {before.money}: what members spent is counted in it")


def _check_released(earlier: Sequence[Program], program: Program) -> Flaws:
    """Awards that wait for an event alone need one that releases them, whatever came since they were given."""
    kept = program.pending.released_on if program.pending else ()
    alone = (one.pending.released_on for one in earlier if one.pending and one.pending.days is None)
    for event in dict.fromkeys(event for events in alone for event in events):
        if event in kept:
            continue
        reason = f"must keep {event} in released_on: awards may wait for it, and have no date"
        if program.pending:
            yield Flaw(("pending", "released_on"), reason)
        else:
            yield Flaw(("pending",), f"{reason}; with nothing in on no more will")
