"""What others read as a member's name."""

import hashlib

from domain.members.ids import base32
from domain.members.member import Member, Profile

CONSENT = "showOnLeaderboard"


def display_name(profile: Profile) -> str:
    """Given and family name, whichever are known; "Member" when none is."""
    return " ".join(filter(None, (profile.given_name, profile.family_name))) or "Member"


def leaderboard_name(member: Member) -> str:
    """Given name and initial for members who agreed (`showOnLeaderboard` is true), else a mask.

    The mask is steady, so that a row can be followed, and says nothing of who it is.
    """
    profile = member.profile
    if profile.attributes.get(CONSENT) is not True or not profile.given_name:
        return f"Member ····{_mark(member.id)}"
    initial = f" {profile.family_name[0].upper()}." if profile.family_name else ""
    return profile.given_name + initial


def _mark(member: str) -> str:
    return base32(hashlib.sha256(member.encode()).digest(), length=4)
