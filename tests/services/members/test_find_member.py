from domain.members.lookup import MemberLookup
from domain.refusals import Code
from services.members.find_member import find_member
from tests.support.members import a_member


class TestFindMember:
    async def test_finds_the_member_whom_the_lookup_names(self, context):
        await context.members.insert(a_member())
        assert await find_member(context, MemberLookup(external_id="ext-1")) == a_member()

    async def test_nobody_of_that_name_is_not_found_where_the_lookup_stood(self, context):
        refusal = await find_member(context, MemberLookup(email="no address"), "to")
        assert (refusal.code, refusal.path) == (Code.NOT_FOUND, ("to",))
