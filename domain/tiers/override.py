"""Staff give a member a tier up to a time, or end one that was given."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.ledger.state import Changes, Override, State, TierMark
from domain.program.program import Program
from domain.refusals import Refused, invalid
from domain.tiers.given import given, rank_of
from domain.tiers.standing import tier_at

LONGEST = timedelta(days=3_660)


@dataclass(frozen=True, slots=True)
class TierOverride:
    """`tier` up to, and without, `until`, be it above or below what qualifies; both None: what was given ends."""

    tier: str | None
    until: datetime | None


def override(program: Program, state: State, what: TierOverride, at: datetime) -> Changes | Refused:
    """What the entry changes; its mark says the tier from now on. A new override takes the place of the last.

    Refuses INVALID_INPUT for a tier that the programme does not have, an end that does not lie ahead or does more
    than ten years, and for ending what nobody has given.
    """
    refusal = _refuse(program, what, at)
    if refusal:
        return refusal
    found = Override(what.tier, what.until) if what.tier and what.until else _ended(program, state, at)
    if found is None:
        return invalid("Nobody has given this member a tier: there is nothing to end.", "tier")
    return Changes(override=found, tier=_mark(program, replace(state, override=found), at))


def _refuse(program: Program, what: TierOverride, at: datetime) -> Refused | None:
    if what.tier is None:
        return invalid("Leave until out to end what was given.", "until") if what.until else None
    if rank_of(program, what.tier) < 0:
        codes = ", ".join(tier.code for tier in program.tiers.levels)
        return invalid(f"There is no such tier; there are {codes}.", "tier")
    if what.until is None:
        return invalid("A tier is given up to a time: say until when.", "until")
    if not at < what.until <= at + LONGEST:
        return invalid("The end must lie ahead, within ten years; leave tier out to end what was given.", "until")
    return None


def _ended(program: Program, state: State, at: datetime) -> Override | None:
    now = given(program, state, at)
    return Override(now.code, at) if now else None


def _mark(program: Program, state: State, at: datetime) -> TierMark:
    """Of a tier that goes on, too: what staff did belongs to the history."""
    tier = tier_at(program, replace(state, tier=None), at)
    return state.tier if state.tier and state.tier.code == tier.code else TierMark(tier.code, at)
