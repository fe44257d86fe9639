"""By which terms it was told when a member's tier ends."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from domain.ledger.state import State
from domain.program.program import Program
from domain.tiers.lapse import next_lapse


@dataclass(frozen=True, slots=True)
class Terms:
    """A programme's terms of tiers. `name` is that of all that counts: two versions that count alike share it."""

    program: Program
    name: str

    @staticmethod
    def of(program: Program) -> "Terms":
        """The terms of a programme."""
        tiers = program.tiers
        levels = [(tier.code, str(tier.threshold)) for tier in tiers.levels]
        counting = (tiers.metric, tiers.window, tiers.months, tiers.grace_days, tiers.landing)
        text = json.dumps([counting, levels, program.timezone, program.money])
        return Terms(program, hashlib.sha256(text.encode()).hexdigest()[:16])

    def ends(self, state: State) -> datetime | None:
        """When the marked tier ends unless something is earned; None: never. It may lie in the past."""
        lapse = next_lapse(self.program, state)
        return lapse.since if lapse else None
