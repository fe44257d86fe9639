"""Search the members, for staff."""

from dataclasses import dataclass
from datetime import datetime

from domain.members.member import MemberStatus
from domain.members.search import MAX_TERMS, MemberCursor, MemberFilter, MemberPage, search_terms
from domain.members.text import has_control
from domain.program.program import Program
from domain.refusals import Refused, invalid
from services.context import Context

_MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class SearchMembers:
    """What staff ask for: `text` in names, e-mail, phone, external id or card number; `tier` is a code.

    `joined_after` ≤ joined < `joined_before`.
    """

    text: str | None = None
    status: MemberStatus | None = None
    tier: str | None = None
    joined_after: datetime | None = None
    joined_before: datetime | None = None


async def search_members(
    context: Context, query: SearchMembers, *, first: int = 20, after: MemberCursor | None = None
) -> MemberPage | Refused:
    """At most `first` members, newest joined first. Refuses texts too long to search and unknown tiers."""
    asked = await _asked(context, query)
    if isinstance(asked, Refused):
        return asked
    terms, wanted = asked
    return await context.members.search(terms, wanted, first=first, after=after)


async def count_members(context: Context, query: SearchMembers) -> int | Refused:
    """How many members the query finds in all; refuses what `search_members` refuses."""
    asked = await _asked(context, query)
    return asked if isinstance(asked, Refused) else await context.members.count(*asked)


async def _asked(context: Context, query: SearchMembers) -> tuple[tuple[str, ...], MemberFilter] | Refused:
    text = query.text or ""
    if len(text) > _MAX_TEXT or has_control(text):
        return invalid(f"Search for at most {_MAX_TEXT} characters, none a control character.", "search")
    terms = search_terms(text)
    if len(terms) > MAX_TERMS:
        return invalid(f"Search for at most {MAX_TERMS} words.", "search")
    tiers = _tiers(await context.programs.current(), query.tier) if query.tier else ()
    if isinstance(tiers, Refused):
        return tiers
    return terms, MemberFilter(query.status, tiers, query.joined_after, query.joined_before)


def _tiers(program: Program, code: str) -> tuple[str | None, ...] | Refused:
    codes = [tier.code for tier in program.tiers.levels]
    if code not in codes:
        return invalid(f"The programme has no such tier: it has {', '.join(codes)}.", "filter", "tier")
    # Members whom no entry has given a tier stand in the lowest.
    return (code, None) if code == codes[0] else (code,)
