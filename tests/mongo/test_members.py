import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.members.lookup import MemberLookup
from domain.members.member import MemberStatus, Profile
from domain.members.search import MemberCursor, MemberFilter, search_terms
from mongo.client import open_database
from mongo.members import DuplicateField, Members
from mongo.migrate import migrate
from tests.support.members import JOINED, a_member

ANYONE = MemberFilter()
ADA = Profile(
    given_name="Ada",
    family_name="Lovelace",
    email="Ada@Example.com",
    phone="+442079460000",
    birthday=date(1990, 12, 10),
    locale="en-GB",
    timezone="Europe/London",
    attributes={"vip": True, "sizes": [42, 0.5, None], "home": {"city": "London"}},
)


@pytest.fixture
def members(database):
    # As in production: a loser of a race reads only what a majority knows, and must find the winner all the same.
    return Members(open_database(database.client, database.name))


async def search(members, text, wanted=ANYONE):
    page = await members.search(search_terms(text), wanted, first=100)
    assert await members.count(search_terms(text), wanted) == len(page.members)
    return [int(member.id[1:]) for member in page.members]


class TestInsert:
    async def test_a_member_reads_back_exactly(self, members):
        member = replace(a_member(), profile=ADA, referred_by="m0", status=MemberStatus.FROZEN)
        assert await members.insert(member) == member
        assert await members.get(member.id) == member

    async def test_a_member_without_an_external_id_or_a_profile_reads_back_exactly(self, members):
        first, second = (replace(a_member(number), external_id=None) for number in (1, 2))
        assert await members.insert_many([first, second]) == [None, None]
        assert await members.get_many([first.id, second.id, "nobody"]) == {first.id: first, second.id: second}

    async def test_fields_of_a_newer_build_are_ignored(self, members, database):
        await members.insert(a_member())
        await database["members"].update_one({}, {"$set": {"later": 1, "profile.later": 2}})
        assert await members.get(a_member().id) == a_member()

    @pytest.mark.parametrize(
        ("field", "same"),
        [
            ("id", {"id": a_member().id}),
            ("externalId", {"external_id": "ext-1"}),
            ("cardNumber", {"card_number": a_member().card_number}),
            ("referralCode", {"referral_code": a_member().referral_code}),
            ("email", {"profile": Profile(email="ADA@example.COM")}),
            ("phone", {"profile": Profile(phone="+442079460000")}),
        ],
    )
    async def test_another_members_name_is_refused_by_its_name_and_changes_nothing(self, members, field, same):
        first = replace(a_member(), profile=ADA)
        await members.insert(first)
        assert await members.insert(replace(a_member(2), **same)) == DuplicateField(field)
        assert await members.count((), ANYONE) == 1
        assert await members.get(first.id) == first

    async def test_a_batch_adds_all_but_those_whose_names_are_taken(self, members):
        await members.insert(a_member(1))
        batch = [a_member(2), replace(a_member(3), external_id="ext-1"), a_member(4)]
        assert await members.insert_many(batch) == [None, DuplicateField("externalId"), None]
        assert await search(members, None) == [4, 2, 1]

    async def test_no_members_are_no_query(self, members):
        assert await members.insert_many([]) == []

    async def test_of_fifty_at_once_with_one_external_id_exactly_one_is_added_and_all_losers_find_it(
        self, members
    ):
        barrier = asyncio.Barrier(50)

        async def enrol(number):
            await barrier.wait()
            answer = await members.insert(replace(a_member(number), external_id="same"))
            return answer, await members.find(MemberLookup(external_id="same"))

        answers = await asyncio.gather(*(enrol(number) for number in range(50)))
        added = [answer for answer, _ in answers if answer != DuplicateField("externalId")]
        assert len(added) == 1
        assert [found for _, found in answers] == added * 50


class TestFind:
    @pytest.mark.parametrize(
        "lookup",
        [
            {"id": a_member(1).id},
            {"external_id": "ext-1"},
            {"email": "ada@EXAMPLE.com"},
            {"phone": "+44 20 7946 0000"},
            {"card_number": "9000 0000 0000 0001"},
        ],
    )
    async def test_each_kind_of_lookup_names_the_member(self, members, lookup):
        ada = replace(a_member(1), profile=ADA)
        await members.insert_many([ada, a_member(2)])
        assert await members.find(MemberLookup(**lookup)) == ada

    @pytest.mark.parametrize(
        "lookup", [{"id": "x"}, {"external_id": "EXT-1"}, {"email": "x"}, {"phone": "x"}, {"card_number": "x"}]
    )
    async def test_an_unknown_name_is_nobody(self, members, lookup):
        await members.insert(replace(a_member(1), external_id="ext-1"))
        assert await members.find(MemberLookup(**lookup)) is None

    async def test_many_lookups_are_answered_in_order_whatever_their_kinds(self, members):
        ada, other = replace(a_member(1), profile=ADA), a_member(2)
        await members.insert_many([ada, other])
        lookups = [
            MemberLookup(external_id="ext-2"),
            MemberLookup(email="ada@example.com"),
            MemberLookup(phone="no number"),
            MemberLookup(external_id="ext-1"),
            MemberLookup(external_id="ext-3"),
            MemberLookup(external_id="ext-2"),
        ]
        assert await members.find_many(lookups) == [other, ada, None, ada, None, other]

    async def test_referrers_are_found_by_their_codes(self, members):
        await members.insert_many([a_member(1), a_member(2)])
        assert await members.referrers({"R0000002", "R0000009"}) == {"R0000002": a_member(2)}
        assert await members.referrers(()) == {}


class TestSearch:
    @pytest.mark.parametrize(
        "text",
        [
            "ada",
            "ÁDA love",
            "Lovelace, Ada",
            "ada@exam",
            "+44 20 7946",
            "442079460000",
            "ext-1",
            "EXT1",
            "9000 0000 0000 0001",
        ],
    )
    async def test_finds_by_the_beginning_of_each_word_whatever_case_accents_and_grouping(self, members, text):
        await members.insert_many([replace(a_member(1), profile=ADA), a_member(2, given_name="Adèle")])
        assert 1 in await search(members, text)

    async def test_all_words_must_match(self, members):
        await members.insert_many(
            [
                a_member(1, given_name="Ada", family_name="Byron"),
                a_member(2, given_name="Adèle", family_name="Stone"),
            ]
        )
        assert await search(members, "ad") == [2, 1]
        assert await search(members, "adele") == [2]
        assert await search(members, "ad byr") == [1]
        assert await search(members, "ada stone") == []

    @pytest.mark.parametrize(
        "text", [".*", "^", "a.a", "[a-z]", "$gt", "a|b", "\\", "(", "a{1}", "?", "\U0010ffff"]
    )
    async def test_signs_of_patterns_and_operators_mean_themselves(self, members, text):
        await members.insert_many([a_member(1, given_name="aba"), a_member(2, given_name=f"x {text}y")])
        assert await search(members, text) == [2]

    async def test_filters_by_status_tier_and_date_of_joining(self, members):
        days = [JOINED + timedelta(days=day) for day in range(4)]
        batch = [a_member(number, joined_at=day) for number, day in enumerate(days)]
        batch[1] = replace(batch[1], status=MemberStatus.CLOSED)
        await members.insert_many(batch)
        await members.set_tiers([(batch[1].id, 1, "GOLD"), (batch[2].id, 1, "BASE")])
        assert await search(members, None, MemberFilter(status=MemberStatus.CLOSED)) == [1]
        assert await search(members, None, MemberFilter(tiers=("GOLD",))) == [1]
        assert await search(members, None, MemberFilter(tiers=("BASE", None))) == [3, 2, 0]
        assert await search(members, None, MemberFilter(joined_after=days[1], joined_before=days[3])) == [2, 1]
        assert await search(members, "ext", MemberFilter(status=MemberStatus.ACTIVE, tiers=("GOLD",))) == []

    async def test_pages_hold_every_member_once_newest_first_also_among_equal_dates(self, members):
        old = datetime(2020, 1, 1, tzinfo=UTC)
        batch = [a_member(n) for n in range(3)] + [a_member(n, joined_at=old) for n in range(3, 7)]
        await members.insert_many(batch)
        seen, after, flags = [], None, []
        while True:
            page = await members.search((), ANYONE, first=2, after=after)
            seen += [int(member.id[1:]) for member in page.members]
            flags.append(page.has_next)
            if not page.has_next:
                break
            after = MemberCursor(page.members[-1].joined_at, page.members[-1].id)
        assert seen == [2, 1, 0, 6, 5, 4, 3]
        assert flags == [True, True, True, False]

    async def test_a_search_reads_only_the_words_that_begin_so(self, members, database):
        await members.insert_many([a_member(n, given_name="Ada" if n == 7 else "Bob") for n in range(200)])
        condition = {"words": {"$elemMatch": {"$gte": "ada", "$lt": "ada\U0010ffff"}}}
        plan = await database.command(
            "explain", {"find": "members", "filter": {"$and": [condition]}}, verbosity="executionStats"
        )
        assert plan["executionStats"]["totalKeysExamined"] <= 2
        assert plan["executionStats"]["totalDocsExamined"] == 1


class TestSetTiers:
    async def tier_of(self, database, member):
        return (await database["members"].find_one({"_id": member.id})).get("tier")

    async def test_the_highest_sequence_wins_in_whatever_order_they_come(self, members, database):
        member = a_member()
        await members.insert(member)
        assert (
            await members.set_tiers([(member.id, 3, "GOLD"), (member.id, 2, "SILVER"), (member.id, 1, None)]) == 1
        )
        assert await self.tier_of(database, member) == "GOLD"
        assert await members.set_tiers([(member.id, 3, "SILVER")]) == 0
        assert await members.set_tiers([(member.id, 4, None)]) == 1
        assert await self.tier_of(database, member) is None

    async def test_it_makes_nobody_and_changes_no_member_otherwise(self, members):
        await members.insert(a_member())
        assert await members.set_tiers([("nobody", 1, "GOLD"), (a_member().id, 1, "GOLD")]) == 1
        assert await members.set_tiers([]) == 0
        assert await members.count((), ANYONE) == 1
        assert await members.get(a_member().id) == a_member()


class TestMigrate:
    async def test_members_of_an_older_revision_get_their_days_of_the_year(self, database, members):
        await members.insert_many([a_member(1, birthday=date(1990, 12, 10)), a_member(2)])
        fresh = await database["members"].find().sort("_id", 1).to_list(None)
        assert [(row["joinDay"], row.get("birthDay")) for row in fresh] == [("03-01", "12-10"), ("03-01", None)]

        await database["members"].update_many({}, {"$unset": {"joinDay": "", "birthDay": ""}})
        await database["meta"].update_one({"_id": "schema"}, {"$set": {"revision": 3}})
        await migrate(database)

        assert await database["members"].find().sort("_id", 1).to_list(None) == fresh
