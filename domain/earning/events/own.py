"""The events that Regulars itself makes: how they are named, and whether a programme listens to them."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from domain.ledger.canonical import input_hash
from domain.program.program import Program

SOURCE = "regulars"
RESERVED = ("member.", "tier.", "challenge.", "badge.", "referral.")
"""How the types of such events begin; nobody else's may."""
JOINED = "member.joined"
BIRTHDAY = "member.birthday"
ANNIVERSARY = "member.anniversary"
TIER_REACHED = "tier.reached"
TIER_LOST = "tier.lost"
CHALLENGE_REACHED = "challenge.reached"
BADGE_EARNED = "badge.earned"
REFERRAL_USED = "referral.used"
REFERRAL_MADE = "referral.made"
OWN = (
    JOINED,
    BIRTHDAY,
    ANNIVERSARY,
    TIER_REACHED,
    TIER_LOST,
    CHALLENGE_REACHED,
    BADGE_EARNED,
    REFERRAL_USED,
    REFERRAL_MADE,
)
"""All of them."""
DEPTH = "depth"
"""The attribute that says how many such events led to this one, itself included."""
MAX_DEPTH = 3


def is_reserved(event_type: str) -> bool:
    """Whether only Regulars itself makes events of this type."""
    return event_type.startswith(RESERVED)


def listens(program: Program, event_type: str) -> bool:
    """Whether anything in the programme looks at events of this type: those that nothing looks at are not made."""
    rules, counters = (rule.on for rule in program.earning), (counter.on for counter in program.counters)
    streaks, challenges = (one.on for one in program.streaks), (one.on for one in program.challenges)
    referrals = (program.referrals.on,) if program.referrals else ()
    if any(event_type in types for types in chain(rules, counters, streaks, challenges, referrals)):
        return True
    if event_type == BIRTHDAY and any(tier.birthday_points for tier in program.tiers.levels):
        return True
    # An expression that counts for tiers is asked of every event: one that means this type names it.
    return event_type in (program.tiers.amount or "")


def friend_of(referrer: str, friend: str) -> str:
    """How the ledger of the one names the other: always alike, and without saying who it is."""
    return input_hash("friend", referrer, friend)


def depth_of(attributes: Mapping[str, Any]) -> int:
    """How many events of Regulars' own led to one of them with these attributes, itself included."""
    depth = attributes.get(DEPTH)
    return depth if isinstance(depth, int) else 0
