from datetime import timedelta

import pytest

from domain.members.search import MemberCursor
from domain.refusals import Code
from services.members.search_members import SearchMembers, count_members, search_members
from tests.support.members import JOINED, a_member


@pytest.fixture
async def three(context):
    members = [a_member(n, joined_at=JOINED + timedelta(days=n), given_name="Ada") for n in range(3)]
    await context.members.insert_many(members)
    await context.members.set_tiers([(members[1].id, 1, "GOLD")])
    return members


class TestSearchMembers:
    async def test_finds_members_by_text_newest_first_page_by_page(self, context, three):
        page = await search_members(context, SearchMembers("ÁDA"), first=2)
        assert page == ((three[2], three[1]), True)
        after = MemberCursor(three[1].joined_at, three[1].id)
        assert await search_members(context, SearchMembers("ÁDA"), first=2, after=after) == ((three[0],), False)
        assert await count_members(context, SearchMembers("ÁDA")) == 3

    async def test_the_lowest_tier_holds_those_whom_no_entry_has_given_one(self, context, three):
        assert (await search_members(context, SearchMembers(tier="BASE"))).members == (three[2], three[0])
        assert (await search_members(context, SearchMembers(tier="GOLD"))).members == (three[1],)

    @pytest.mark.parametrize(
        ("query", "path"),
        [
            (SearchMembers("x" * 201), ("search",)),
            (SearchMembers("a\x00"), ("search",)),
            (SearchMembers("\ud800"), ("search",)),
            (SearchMembers("a b c d e f g h i j k"), ("search",)),
            (SearchMembers(tier="NONE"), ("filter", "tier")),
        ],
    )
    async def test_what_cannot_be_searched_for_is_refused(self, context, query, path):
        for refusal in (await search_members(context, query), await count_members(context, query)):
            assert (refusal.code, refusal.path) == (Code.INVALID_INPUT, path)
