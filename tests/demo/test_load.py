"""The demo: the same story each time, told once, with something on every screen."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from cache.client import Cache
from demo.load import Loaded, is_wanted, load_demo
from demo.people import person
from domain.ledger.kinds import EntryKind
from domain.members.lookup import MemberLookup
from domain.support.approval import ApprovalStatus
from domain.tiers.standing import tier_at
from mongo.client import Client, Database, open_database
from mongo.imports import Imports
from runtime.wiring import build_context
from services.context import Context
from services.ledger.read_states import read_states
from services.ledger.verify_ledger import verify_ledger

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
SMALL = {"members": 40, "events": 700}


@pytest.fixture
def house(database: Database, mongo_client: Client) -> Database:
    return open_database(mongo_client, database.name)


@pytest.fixture
def bare(house: Database, cache: Cache) -> Context:
    """A context over an empty database, at NOW."""
    return build_context(house, cache, lambda: NOW)


async def tell(house: Database, cache: Cache, **options: int) -> Loaded:
    build = partial(build_context, house, cache)
    return await load_demo(build, Imports(house), now=NOW, **(SMALL | options))


class TestLoadDemo:
    async def test_every_screen_has_content_and_the_first_member_points_to_spend_and_some_about_to_expire(
        self, house: Database, cache: Cache, bare: Context
    ) -> None:
        assert await is_wanted(bare, Imports(house))
        loaded = await tell(house, cache)
        assert loaded.members == 40
        assert 650 <= loaded.events <= 850
        assert loaded.redemptions > 5
        assert loaded.corrections > 30
        program = await bare.programs.current()
        members = await bare.members.find_many(
            [MemberLookup(external_id=person(n).external_id) for n in range(1, 41)]
        )
        states = await read_states(bare, [member.id for member in members if member])
        assert {tier_at(program, view.state, NOW).code for view in states.values()} == {"bronze", "silver", "gold"}
        kinds = {entry.kind async for entry in bare.ledger.all()}
        assert kinds == {EntryKind.EARN, EntryKind.REDEEM, EntryKind.EXPIRE, EntryKind.ADJUST}
        reasons = {entry.reason async for entry in bare.ledger.all()}
        assert reasons >= {"purchase", "badge.earned", "referral.made", "referral.used"}
        waiting = await bare.approvals.page(ApprovalStatus.PENDING, first=10, after=None)
        assert len(waiting) >= 1
        ada = await bare.members.find(MemberLookup(external_id="demo-0001"))
        assert ada is not None
        account = (await read_states(bare, [ada.id]))[ada.id].state.account("POINTS")
        soon = [lot.points for lot in account.lots if lot.expires_at and lot.expires_at < NOW + timedelta(days=30)]
        assert sum(soon) > 100
        assert account.available > 2_500

    async def test_a_second_time_changes_nothing_and_the_ledger_is_sound(
        self, house: Database, cache: Cache, bare: Context
    ) -> None:
        await tell(house, cache)
        before = [entry async for entry in bare.ledger.all()]
        assert await tell(house, cache) == Loaded()
        assert [entry async for entry in bare.ledger.all()] == before
        assert not await is_wanted(bare, Imports(house))
        report = await verify_ledger(bare)
        assert report.sound
        assert report.entries == len(before)

    async def test_more_members_join_those_who_are_there(
        self, house: Database, cache: Cache, bare: Context
    ) -> None:
        await tell(house, cache, members=20, events=200)
        loaded = await tell(house, cache, members=30, events=300)
        assert loaded.members == 10
        assert (await verify_ledger(bare)).sound


class TestPeople:
    def test_nobody_can_be_reached(self) -> None:
        people = [person(number) for number in range(1, 2_001)]
        assert all(who.email.endswith("@example.com") for who in people)
        phones = [who.phone for who in people if who.phone]
        assert len(phones) == 1_400
        assert all(phone[:2] == "+1" and phone[5:10] == "55501" for phone in phones)

    def test_names_that_must_be_unique_are(self) -> None:
        people = [person(number) for number in range(1, 2_001)]
        assert len({who.email for who in people}) == len({who.external_id for who in people}) == 2_000

    def test_a_person_is_the_same_each_time(self) -> None:
        assert person(7) == person(7)
        assert {person(number).locale for number in range(1, 101)} == {"en", "es", "de", "fr", "pt-BR", "ja"}
