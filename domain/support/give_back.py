"""Giving back what a debit took, by the programme's policy for points whose date has passed meanwhile."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.earning.posting.expiry import idle_from
from domain.ledger.entry import Entry
from domain.ledger.reversals import Reversal, give_back
from domain.ledger.state import Account
from domain.ledger.trail import Trail
from domain.program.policies import Lapsed
from domain.program.program import Program
from domain.refusals import Refused
from domain.time import day_start


def give_back_debit(
    program: Program, account: Account, debit: Entry, trail: Trail, points: int, *, at: datetime, because: str
) -> Reversal | Refused:
    """Gives `points` of a debit back to the lots they came from, as `give_back` does, and refuses what it does.

    Points past their date live on or are lost, as the programme says; `because` says why, to the member.
    """
    reversal = give_back(
        account,
        debit,
        trail,
        points,
        at=at,
        extended_to=extended_to(program, at),
        version=program.version,
        because=because,
    )
    if isinstance(reversal, Refused):
        return reversal
    undated = any(lot.expires_at is None for lot in reversal.changes.lots)
    lost = account.idle_at is not None and program.reversal.expired is Lapsed.LOST
    idle = idle_from(program, account, at) if undated and not lost else None
    return replace(reversal, changes=replace(reversal.changes, idle=idle))


def extended_to(program: Program, at: datetime) -> datetime | None:
    """Until when points live on that come back after their date: the end of the last of so many days.

    None: they are lost.
    """
    policy = program.reversal
    if policy.expired is Lapsed.LOST:
        return None
    day = at.astimezone(program.zone).date()
    return day_start(day + timedelta(days=policy.extend_days + 1), program.zone)
