"""The tier that staff have given, whatever qualifies, up to a time."""

from datetime import datetime

from domain.ledger.state import Override, State
from domain.program.program import Program


def rank_of(program: Program, code: str) -> int:
    """The rank of a code; -1 for a tier that the programme has no more."""
    return next((rank for rank, tier in enumerate(program.tiers.levels) if tier.code == code), -1)


def given(program: Program, state: State, at: datetime) -> Override | None:
    """The override in force at `at`; None for one of a tier that the programme has no more."""
    found = state.override
    if found is None or at >= found.until or rank_of(program, found.code) < 0:
        return None
    # An event of before it was given is judged by what qualified then.
    early = state.tier is not None and state.tier.code == found.code and at < state.tier.since
    return None if early else found
