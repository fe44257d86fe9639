"""Tokens made with the development key, for a laptop."""

import asyncio
import re
from datetime import timedelta

from api.auth.development_key import development_key
from domain.actors import Role
from runtime.faults import CannotRun
from runtime.settings import Settings

DEMO_MEMBER = "demo-0001"
"""The external id of the first demo member."""

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LONGEST = timedelta(days=3_650)


def mint(settings: Settings, role: Role, subject: str, *, ttl: timedelta) -> str:
    """A signed token. Raises CannotRun when the API trusts other keys than the development key."""
    if settings.jwks is not None or not settings.development:
        raise CannotRun(
            "The development key is not in use here, so no token of ours would be accepted: "
            "get one from the issuer of JWKS, or unset JWKS and ENVIRONMENT."
        )
    key = development_key(settings.data_dir, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
    return key.mint(role, subject, ttl=ttl)


def member_id(settings: Settings, name: str | None) -> str:
    """The id of the member of that id or external id; of the first demo member when none is named.

    Looks into the database. Raises NotConnected when nothing runs, CannotRun when there is no such member.
    """
    from runtime.reach import reach

    with reach(settings, start=False) as connected:
        found = asyncio.run(_find(connected, name or DEMO_MEMBER))
    if found is not None:
        return found
    if name is None:
        raise CannotRun(
            "There is no demo member here: load the demo with `regulars demo`, or name one by --member."
        )
    raise CannotRun(f"No member has the id or external id {name!r}: look again at how it is spelled.")


async def _find(settings: Settings, name: str) -> str | None:
    from domain.members.lookup import MemberLookup
    from mongo.members import Members
    from runtime.wiring import open_stores

    async with open_stores(settings) as (database, _):
        lookups = [MemberLookup(external_id=name), MemberLookup(id=name)]
        found = await Members(database).find_many(lookups)
    return next((member.id for member in found if member), None)


def subject_of(role: Role) -> str:
    """Who bears a token of a role of which there is only one on a laptop: `agent-dev`, `service-dev`, ..."""
    return f"{role.value}-dev"


def parse_ttl(text: str) -> timedelta:
    """A time such as 90s, 30m, 12h or 7d, up to ten years. Raises ValueError for anything else."""
    match = re.fullmatch(r"([1-9]\d{0,8})([smhd])", text.strip())
    ttl = timedelta(seconds=int(match[1]) * _UNITS[match[2]]) if match else None
    if ttl is None or ttl > _LONGEST:
        raise ValueError("a time is a number and a unit, such as 90s, 30m, 12h or 7d, up to 3650d")
    return ttl
