"""A member and their profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class MemberStatus(StrEnum):
    """Only an ACTIVE member earns, redeems or is adjusted."""

    ACTIVE = "ACTIVE"
    FROZEN = "FROZEN"
    CLOSED = "CLOSED"
    ERASED = "ERASED"


@dataclass(frozen=True, slots=True)
class Profile:
    """Personal data, all of it; nothing of it ever enters an entry or a log."""

    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    phone: str | None = None
    birthday: date | None = None
    locale: str = "en"
    timezone: str = "UTC"
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """One member. `id` is random, 20 lower-case base-32 characters; the others are how people name them."""

    id: str
    external_id: str | None
    card_number: str
    referral_code: str
    status: MemberStatus
    joined_at: datetime
    profile: Profile
    referred_by: str | None = None
