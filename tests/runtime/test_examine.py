"""What doctor says of the signing of roots, and of partners."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.actors import SYSTEM
from domain.ledger.root import Root, root_to_plain
from domain.program.rewards import Partner
from domain.rewards.webhooks import Door
from mongo.client import Database
from runtime.examine import examine_partners, examine_roots
from runtime.finding import Finding
from runtime.roots import signing_key
from runtime.settings import Environment, Settings
from runtime.wiring import system_clock
from services.context import Context
from services.program.publish_program import publish_program
from tests.support.programs import a_program
from tests.support.roots import KEY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def put(settings: Settings, day: date) -> None:
    settings.roots.mkdir(exist_ok=True)
    root = Root(day, system_clock(), 1, 1, bytes(32), None, KEY.id, signature=bytes(64))
    (settings.roots / f"{day}.json").write_text(json.dumps(root_to_plain(root)))


class TestExamineRoots:
    async def test_a_laptop_that_has_yet_to_sign_is_well_and_stays_as_it_is(
        self, settings: Settings, database: Database
    ) -> None:
        assert await examine_roots(settings, database) == Finding(
            True, f"No root is signed yet; the worker signs one each day, into {settings.roots}."
        )
        assert list(settings.data_dir.iterdir()) == []

    async def test_a_root_of_yesterday_is_well_and_an_older_one_is_not(
        self, settings: Settings, database: Database
    ) -> None:
        yesterday = system_clock().date() - timedelta(days=1)
        put(settings, yesterday - timedelta(days=1))
        assert not (await examine_roots(settings, database)).well
        put(settings, yesterday)
        assert await examine_roots(settings, database) == Finding(
            True, f"The newest signed root is of {yesterday}."
        )

    async def test_production_without_a_key_or_with_one_that_is_none_says_so(
        self, settings: Settings, database: Database, tmp_path: Path
    ) -> None:
        production = replace(settings, environment=Environment.PRODUCTION)
        found = await examine_roots(production, database)
        assert not found.well
        assert found.text.startswith("ROOT_KEY is not set, so no root is signed: name the PEM file")
        (tmp_path / "key.pem").write_text("none")
        found = await examine_roots(replace(production, root_key=tmp_path / "key.pem"), database)
        assert found == Finding(False, f"{tmp_path / 'key.pem'} is no private key in PEM without a password.")

    async def test_a_folder_that_lacks_the_last_root_or_holds_something_else_is_not_well(
        self, settings: Settings, database: Database
    ) -> None:
        signing_key(settings)
        await database["checkpoints"].insert_one({"_id": "roots", "value": {"day": "2026-06-15"}})
        found = await examine_roots(settings, database)
        assert not found.well
        assert found.text.startswith("The root of 2026-06-15 was signed and is not in")
        await database["checkpoints"].update_one({"_id": "roots"}, {"$set": {"value": {"fault": "why"}}})
        assert await examine_roots(settings, database) == Finding(False, "why")
        (settings.roots / "2026-06-15.json").write_text("{}")
        found = await examine_roots(settings, database)
        assert not found.well
        assert "2026-06-15.json cannot be read as a root" in found.text


class TestExaminePartners:
    async def test_whom_the_settings_do_not_know_and_what_was_given_up(
        self, settings: Settings, context: Context, database: Database
    ) -> None:
        partners = (Partner("post", "The post"), Partner("tea-house", "The tea house"))
        await publish_program(context, SYSTEM, a_program(partners=partners))
        known = replace(settings, partners={"POST": Door("https://post.example", bytes(32))})
        assert await examine_partners(known, database) == [
            Finding(True, "The partner The post will be told what to hand out."),
            Finding(
                False,
                "The partner The tea house cannot be told: set REGULARS_PARTNER_TEA_HOUSE_URL and "
                "REGULARS_PARTNER_TEA_HOUSE_SECRET.",
            ),
        ]
        await database["partner_orders"].insert_one({"state": "DEAD"})
        found = (await examine_partners(known, database))[-1]
        assert not found.well
        assert found.text.startswith("1 orders at partners were given up: see `partnerOrders`")
