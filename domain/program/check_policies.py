"""What awards that wait, refunds, reversals, transfers and holds must hold."""

from collections.abc import Iterator

from domain.program.flaws import Flaw, Flaws, Path, between, event_types
from domain.program.policies import PendingAwards, Transfers
from domain.program.program import Program

MAX_DAYS = 366
MAX_WAIT_DAYS = 60
"""A member who buys every day has points of so many days waiting; an account can hold 64."""
MAX_LIMIT = 2**31 - 1
"""The API says a limit that is reached as a GraphQL Int."""
MAX_EXTEND_DAYS = 3660
SHORTEST_MONTH = 28
MAX_EXPIRY_MONTHS = 1200


def check_policies(program: Program) -> Flaws:
    """Every flaw of what the programme allows the ledger to do."""
    if program.pending is not None:
        yield from _check_pending(program, program.pending)
    yield from _check_refunds(program)
    yield from between(("reversal", "extend_days"), program.reversal.extend_days, 1, MAX_EXTEND_DAYS)
    if program.transfers is not None:
        yield from _check_transfers(program.transfers)
    yield from between(("holds", "max_days"), program.holds.max_days, 1, MAX_DAYS)


def _check_pending(program: Program, pending: PendingAwards) -> Flaws:
    if not pending.on and not pending.released_on:
        yield Flaw(("pending", "on"), "must name at least one type of event, such as purchase")
    yield from event_types(("pending", "on"), pending.on)
    yield from event_types(("pending", "released_on"), pending.released_on)
    yield from _apart(("pending", "released_on"), pending.released_on, pending.on, "awards of which wait")
    yield from between(("pending", "days"), pending.days, 1, MAX_WAIT_DAYS)
    if pending.days is None and not pending.released_on:
        yield Flaw(("pending",), "must have days or released_on: without either points would wait for ever")
    expiry = program.expiry
    if expiry is not None and not expiry.inactivity and (pending.days or 0) >= expiry.months * SHORTEST_MONTH:
        yield Flaw(("pending", "days"), f"must end before points expire, {expiry.months} months after the event")


def _check_refunds(program: Program) -> Flaws:
    at = ("refunded_on",)
    yield from event_types(at, program.refunded_on)
    earning = tuple(event for rule in program.earning for event in rule.on)
    yield from _apart(at, program.refunded_on, earning, "which earn by a rule")
    # What earns and counts is one flaw, not two.
    counted = tuple(event for event in _counted(program) if event not in earning)
    yield from _apart(at, program.refunded_on, counted, "which something counts")
    if program.pending is not None:
        waiting = (*program.pending.on, *program.pending.released_on)
        yield from _apart(at, program.refunded_on, waiting, "which pending names")


def _counted(program: Program) -> Iterator[str]:
    for counter in program.counters:
        yield from counter.on
    for streak in program.streaks:
        yield from streak.on
    for challenge in program.challenges:
        yield from challenge.on
    if program.referrals is not None:
        yield from program.referrals.on


def _apart(path: Path, types: tuple[str, ...], others: tuple[str, ...], what: str) -> Flaws:
    for index, event in enumerate(types):
        if event in others:
            yield Flaw((*path, index), f"must not be one of the events {what}, is {event!r}")


def _check_transfers(transfers: Transfers) -> Flaws:
    """Each limit leaves room for the least transfer and for the limits of less time."""
    yield from between(("transfers", "min"), transfers.min, 1, MAX_LIMIT)
    least = transfers.min
    limits = {
        "per_transfer": transfers.per_transfer,
        "per_day": transfers.per_day,
        "in_all": transfers.in_all,
    }
    for name, limit in limits.items():
        yield from between(("transfers", name), limit, least, MAX_LIMIT)
        least = max(least, limit or least)
