"""Members to test with."""

from datetime import UTC, datetime
from typing import Any

from domain.members.member import Member, MemberStatus, Profile

JOINED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_member(number: int = 1, *, joined_at: datetime = JOINED, **profile: Any) -> Member:
    """An active member whose every name is made from `number`; without a profile unless one is given."""
    return Member(
        id=f"m{number:019d}",
        external_id=f"ext-{number}",
        card_number=f"9{number:015d}",
        referral_code=f"R{number:07d}",
        status=MemberStatus.ACTIVE,
        joined_at=joined_at,
        profile=Profile(**profile),
    )
