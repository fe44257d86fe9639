"""Finding members by what staff type: folded words, each a prefix of one of the member's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.members.fields import email_key
from domain.members.member import Member, MemberStatus
from domain.members.text import fold

MAX_TERMS = 10
_NUMBER_NOISE = re.compile(r"[\s()+.\-]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Which members to list; `joined_after` ≤ joined < `joined_before`.

    `tiers` holds codes; None among them means members whom no entry has given a tier yet.
    """

    status: MemberStatus | None = None
    tiers: tuple[str | None, ...] = ()
    joined_after: datetime | None = None
    joined_before: datetime | None = None


class MemberCursor(NamedTuple):
    """A place in the list of members, newest joined first."""

    joined_at: datetime
    id: str


class MemberPage(NamedTuple):
    """A part of the list, and whether more follows."""

    members: tuple[Member, ...]
    has_next: bool


def search_words(member: Member) -> tuple[str, ...]:
    """Every folded word under which a member is found, sorted; personal data, as what it is made of."""
    profile = member.profile
    words = {member.card_number, *_words_of(member.external_id)}
    words.update(_words_of(profile.given_name), _words_of(profile.family_name))
    if profile.email:
        address = fold(email_key(profile.email))
        words.update((address, address.rpartition("@")[0]))
    if profile.phone:
        words.add(profile.phone.removeprefix("+"))
    return tuple(sorted(words - {""}))


def search_terms(text: str | None) -> tuple[str, ...]:
    """What a search asks for: folded words, all of which must begin a word of the member; () asks nothing.

    A number in groups, such as a phone's or a card's, is one word.
    """
    folded = fold(text or "")
    number = _NUMBER_NOISE.sub("", folded)
    if number.isdigit():
        return (number,)
    words = (word.rstrip(",;") or word for word in folded.split())
    return tuple(dict.fromkeys(words))


def _words_of(text: str | None) -> Iterator[str]:
    # "O'Neil-Smith" is found by the whole of it, by "neil" and by "oneilsmith"; "2024 001" by "2024001".
    folded = fold(text or "")
    yield _BETWEEN_WORDS.sub("", folded)
    for word in folded.split():
        yield word
        yield _BETWEEN_WORDS.sub("", word)
        yield from _BETWEEN_WORDS.split(word)
