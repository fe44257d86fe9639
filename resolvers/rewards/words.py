"""What is said of a reward, in the language of whoever reads it."""

import strawberry

from domain.program import rewards as domain
from domain.rewards.words import Words, words_of
from resolvers.context import Info
from resolvers.given import ABSENT, given

_LOCALE = "In `locale` (zh-Hant-TW, zh-Hant, zh), else in the member's own language, else in the programme's."


@strawberry.type
class RewardWords:
    """The translated fields of a reward."""

    row: strawberry.Private[domain.Reward]
    seen_by: strawberry.Private[str | None]

    @strawberry.field(description=_LOCALE)
    async def title(self, info: Info, locale: str | None = ABSENT) -> str:
        """A few words."""
        return (await self._words(info, locale)).title

    @strawberry.field(description=_LOCALE)
    async def description(self, info: Info, locale: str | None = ABSENT) -> str:
        """A few sentences."""
        return (await self._words(info, locale)).description

    @strawberry.field(description=f"What holds for it, in small letters; empty for none. {_LOCALE}")
    async def terms(self, info: Info, locale: str | None = ABSENT) -> str:
        """Small letters."""
        return (await self._words(info, locale)).terms

    async def _words(self, info: Info, locale: str | None) -> Words:
        if not self.row.translations:
            return words_of(self.row, None)
        asked = given(locale) or await self._own_locale(info)
        return words_of(self.row, asked)

    async def _own_locale(self, info: Info) -> str | None:
        """The language of the member who reads, or through whose eyes staff look."""
        id = self.seen_by or info.context.identity.member_id
        member = await info.context.loaders.members.load(id) if id else None
        return member.profile.locale if member else None
