"""What time alone does to a tier: the mark that is due when one has ended."""

from datetime import UTC, datetime

from domain.ledger.state import State, TierMark
from domain.program.program import Program
from domain.tiers.counted import counted_of
from domain.tiers.course import falls, rank_on
from domain.tiers.given import rank_of
from domain.tiers.standing import tier_at
from domain.time import day_start

_EVER = datetime.min.replace(tzinfo=UTC)


def next_lapse(program: Program, state: State) -> TierMark | None:
    """The tier that follows the marked one if nothing more is earned, and from when; None: it stays for ever.

    It may lie in the past, where no entry has said so yet. When staff no longer give a tier, what qualifies
    follows, be it higher or lower.
    """
    since = state.tier.since if state.tier else _EVER
    held = rank_of(program, state.tier.code) if state.tier else 0
    counted, levels, override = counted_of(program, state), program.tiers.levels, state.override
    if override and override.until > since and rank_of(program, override.code) >= 0:
        rank = rank_on(counted, override.until.astimezone(program.zone).date())
        if rank != held:
            return TierMark(levels[rank].code, override.until)
        since = override.until
    for fall in falls(counted):
        moment = day_start(fall.day, program.zone)
        if moment > since and fall.rank < held:
            return TierMark(levels[fall.rank].code, moment)
    return None


def by_new_terms(program: Program, state: State, at: datetime) -> TierMark | None:
    """The mark that is due where the programme counts otherwise than when the last one was made, or None.

    None, too, while an end of the marked tier is due: that comes first, with its own date.
    """
    lapse = next_lapse(program, state)
    if lapse and lapse.since <= at:
        return None
    tier = tier_at(program, state, at)
    marked = state.tier.code if state.tier else program.tiers.levels[0].code
    return None if tier.code == marked else TierMark(tier.code, at)
