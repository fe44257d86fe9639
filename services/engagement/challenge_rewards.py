"""What members were given for challenges, and what could not be given."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.ledger.describe import GIVEN_FOR
from domain.rewards.redemption import Redemption
from services.context import Context


@dataclass(slots=True)
class ChallengeRewards:
    """For one challenge of one member: redemptions, oldest first, and why others could not be given."""

    given: list[Redemption] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


async def challenge_rewards(context: Context, members: Sequence[str]) -> dict[str, dict[str, ChallengeRewards]]:
    """By member and challenge; two queries for all of them. What could be given later is missed no more."""
    given = await context.redemptions.beginning(members, GIVEN_FOR)
    notes = await context.notes.beginning(members, GIVEN_FOR)
    found: dict[str, dict[str, ChallengeRewards]] = {member: {} for member in members}
    for member, redemptions in given.items():
        for one in redemptions:
            found[member].setdefault(_challenge(one.key), ChallengeRewards()).given.append(one)
    for member, texts in notes.items():
        issued = {one.key for one in given.get(member, ())}
        for key in sorted(texts.keys() - issued):
            found[member].setdefault(_challenge(key), ChallengeRewards()).missed.append(texts[key])
    return found


def _challenge(key: str) -> str:
    return key.removeprefix(GIVEN_FOR).rpartition(":")[0]
