"""Challenges that an entry has reached and that have a reward of the catalog to give."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.earning.events.derived import times_reached
from domain.ledger.describe import GIVEN_FOR
from domain.ledger.entry import Entry
from domain.program.program import Program

MAX_TIMES = 100


@dataclass(frozen=True, slots=True)
class Reached:
    """One challenge that the entry `seq` has reached, `times` over, and the code of its reward."""

    member: str
    seq: int
    challenge: str
    reward: str
    times: int
    at: datetime

    @property
    def key(self) -> str:
        """The ledger key of giving the reward: once for the entry."""
        return reward_key(self.challenge, self.seq)


def reward_key(challenge: str, seq: int) -> str:
    """The key under which the reward of a challenge is given that the entry `seq` has reached."""
    return f"{GIVEN_FOR}{challenge}:{seq}"


def rewards_due(entry: Entry, program: Program) -> Iterator[Reached]:
    """What is to be given for the challenges that the entry has reached."""
    rewards = {challenge.code: challenge.reward for challenge in program.challenges if challenge.reward}
    for code, times in times_reached(entry).items():
        if code in rewards:
            most = min(times, MAX_TIMES)
            yield Reached(entry.member, entry.seq, code, rewards[code], most, entry.occurred_at)
