"""Importing through the services: each row once, in order, rejects with reasons, and again changes nothing."""

import json
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.members.lookup import MemberLookup
from domain.program.policies import PendingAwards
from mongo.client import Database
from mongo.faults import StoreUnavailable
from mongo.imports import Imports
from services.context import Context
from services.importing.import_file import ImportFile, Report, import_file
from services.importing.mapping import BadMapping, load_mapping
from services.importing.shard import Shard
from services.program.publish_program import publish_program
from tests.support.house import the_programme
from tests.support.people import enrol

DAYS = 28


def basket(number: int, household: int = 1, **changed: Any) -> dict[str, Any]:
    day, hour = divmod(number, 24)
    return {
        "basket": str(number),
        "household": str(household),
        "store": "1",
        "at": f"2026-05-{day % DAYS + 1:02d}T{hour:02d}:00:00Z",
        "lines": [["sku", "GROCERY", "BREAD", "National", 1, 10.0, 0.0]],
    } | changed


@pytest.fixture
def imports(database: Database) -> Imports:
    return Imports(database)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "baskets.ndjson"


def write(file: Path, *rows: dict[str, Any] | str) -> None:
    file.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))


def command(file: Path, **options: Any) -> ImportFile:
    return ImportFile(path=file, rejects=file.with_name("rejects.ndjson"), **options)


def numbers(report: Report) -> tuple[int, int, int, int]:
    return (report.rows, report.new, report.already, report.rejected)


async def entries_of(context: Context, household: int) -> list[tuple[int, str | None, str]]:
    member = await context.members.find(MemberLookup(external_id=str(household)))
    assert member is not None
    entries = await context.ledger.since(member.id, 0)
    return [(entry.points, entry.reference, entry.effective_at.isoformat()) for entry in entries]


class TestEvents:
    async def test_each_counts_at_its_own_time_in_order_and_households_are_enrolled(
        self, context: Context, imports: Imports, file: Path
    ) -> None:
        write(file, basket(1), basket(2, 2), basket(3), basket(4, 2, lines=[]))
        report = await import_file(context, imports, command(file, batch=2))
        assert numbers(report) == (4, 4, 0, 0)
        assert report.enrolled == 2
        assert await entries_of(context, 1) == [
            (10, "retail/1/1", "2026-05-01T01:00:00+00:00"),
            (10, "retail/1/3", "2026-05-01T03:00:00+00:00"),
        ]
        assert await entries_of(context, 2) == [(10, "retail/1/2", "2026-05-01T02:00:00+00:00")]
        assert not file.with_name("rejects.ndjson").exists()

    async def test_whoever_is_enrolled_on_the_way_joined_with_the_first_event_that_counts(
        self, context: Context, imports: Imports, file: Path
    ) -> None:
        unreadable = [basket(1, at="2026-04-01T00:00:00"), basket(2, at="1066-10-14T00:00:00Z")]
        later = basket(3, 2, at=context.clock().isoformat())
        write(file, *unreadable, basket(5), basket(4), basket(30), later, basket(6, 3, at="2099-01-01T00:00:00Z"))
        await import_file(context, imports, command(file))
        lookups = [MemberLookup(external_id=str(household)) for household in (1, 2, 3)]
        found = await context.members.find_many(lookups)
        now = context.clock()
        assert [member and member.joined_at for member in found] == [
            datetime(2026, 5, 1, 4, tzinfo=UTC),
            now,
            now,
        ]

    async def test_the_same_file_again_changes_nothing(
        self, context: Context, imports: Imports, file: Path
    ) -> None:
        write(file, *(basket(number, number % 7) for number in range(60)))
        assert numbers(await import_file(context, imports, command(file, batch=8))) == (60, 60, 0, 0)
        before = [entry async for entry in context.ledger.all()]
        assert numbers(await import_file(context, imports, command(file, batch=8))) == (60, 0, 60, 0)
        assert [entry async for entry in context.ledger.all()] == before

    async def test_bad_rows_are_rejected_with_line_and_reason_and_again_the_same(
        self, context: Context, imports: Imports, file: Path
    ) -> None:
        late = basket(3, at="2099-01-01T00:00:00Z")
        other = basket(1, lines=[["sku", "GROCERY", "BREAD", "National", 1, 11.0, 0.0]])
        write(file, basket(1), "{", late, basket(4, basket=""), basket(5), other)
        for taken in ((2, 0), (0, 2)):
            report = await import_file(context, imports, command(file))
            assert numbers(report) == (6, *taken, 4)
            rejects = file.with_name("rejects.ndjson").read_text().splitlines()
            assert [(row["line"], row["code"], row.get("path")) for row in map(json.loads, rejects)] == [
                (2, "BAD_LINE", None),
                (3, "INVALID_INPUT", "occurredAt"),
                (4, "INVALID_INPUT", "id"),
                (6, "IDEMPOTENCY_CONFLICT", "id"),
            ]

    async def test_unknown_members_are_rejected_unless_the_mapping_enrols(
        self, context: Context, imports: Imports, file: Path
    ) -> None:
        event = {"source": "till", "id": "1", "type": "visit", "occurredAt": "2026-05-01T00:00:00Z"}
        write(file, event | {"member": {"externalId": "nobody"}})
        assert numbers(await import_file(context, imports, command(file))) == (1, 0, 0, 1)

    async def test_a_dry_run_counts_the_same_and_writes_nothing(
        self, context: Context, imports: Imports, file: Path, database: Database
    ) -> None:
        write(file, basket(1), "{", basket(2, 2), basket(3, at="2026-05-01"))
        report = await import_file(context, imports, command(file, dry_run=True))
        assert numbers(report) == (4, 2, 0, 2)
        assert report.enrolled == 2
        written = {name: await database[name].count_documents({}) for name in ("members", "events", "entries")}
        assert written == {"members": 0, "events": 0, "entries": 0}
        assert await database["imports"].count_documents({}) == 0
        assert not file.with_name("rejects.ndjson").exists()

    async def test_two_shards_take_every_row_once(self, context: Context, imports: Imports, file: Path) -> None:
        write(file, "{", *(basket(number, number % 9) for number in range(90)))
        reports = [
            await import_file(context, imports, command(file, shard=Shard(index, 2), batch=10))
            for index in range(2)
        ]
        taken = [numbers(report) for report in reports]
        assert tuple(map(sum, zip(*taken, strict=True))) == (91, 90, 0, 1)
        assert all(report.new for report in reports)
        for household in range(9):
            entries = await entries_of(context, household)
            assert [at for _, _, at in entries] == sorted(at for _, _, at in entries)


class TestResuming:
    async def test_an_interrupted_import_goes_on_and_ends_as_one_that_was_not(
        self, context: Context, imports: Imports, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.importing.import_file.NOTE_EVERY", 10)
        write(file, "{", *(basket(number, number % 3) for number in range(100)))

        def stop(report: Report) -> None:
            if report.new >= 40:
                raise StoreUnavailable("gone")

        with pytest.raises(StoreUnavailable):
            await import_file(context, imports, command(file, batch=5, on_progress=stop))
        report = await import_file(context, imports, command(file, batch=5))
        assert 10 <= report.resumed_after <= 60
        assert report.rows == 101 - report.resumed_after
        assert report.new + report.already == report.rows
        found = [len(await entries_of(context, household)) for household in range(3)]
        assert found == [34, 33, 33]
        rejects = file.with_name("rejects.ndjson").read_text().splitlines()
        assert [json.loads(row)["line"] for row in rejects] == [1]

    async def test_another_file_begins_at_its_first_line(
        self, context: Context, imports: Imports, file: Path
    ) -> None:
        write(file, basket(1))
        assert astuple(await import_file(context, imports, command(file)))[:2] == (1, 1)
        write(file, basket(1), basket(2))
        assert numbers(await import_file(context, imports, command(file))) == (2, 1, 1, 0)


class TestMembers:
    async def test_csv_of_members_by_a_mapping_of_their_own(
        self, context: Context, imports: Imports, tmp_path: Path
    ) -> None:
        mapping = tmp_path / "crm.yaml"
        mapping.write_text('{kind: members, fields: {externalId: "crm/{no}", givenName: first, email: mail}}')
        file = tmp_path / "crm.csv"
        file.write_text("no,first,mail\n1,Ada,ada@example.com\n2,Bob,\n3,Eve,ada@example.com\n4,Joe,nobody\n")
        chosen = load_mapping(str(mapping))
        report = await import_file(context, imports, command(file, mapping=chosen))
        assert numbers(report) == (4, 2, 0, 2)
        ada = await context.members.find(MemberLookup(external_id="crm/1"))
        assert ada is not None
        assert (ada.profile.given_name, ada.profile.email) == ("Ada", "ada@example.com")
        assert numbers(await import_file(context, imports, command(file, mapping=chosen))) == (4, 0, 2, 2)


class TestRefusedFiles:
    async def test_rows_that_nothing_recognises_ask_for_a_mapping(
        self, context: Context, imports: Imports, file: Path
    ) -> None:
        write(file, {"what": 1})
        with pytest.raises(BadMapping, match="say so in a mapping"):
            await import_file(context, imports, command(file))

    async def test_an_empty_file_has_no_row(self, context: Context, imports: Imports, file: Path) -> None:
        write(file)
        with pytest.raises(BadMapping, match="no row"):
            await import_file(context, imports, command(file))

    async def test_a_missing_file_is_an_os_error(self, context: Context, imports: Imports, file: Path) -> None:
        with pytest.raises(FileNotFoundError):
            await import_file(context, imports, command(file))


class TestOrders:
    async def test_purchases_deliveries_and_refunds_of_a_file_count_at_their_times_in_its_order(
        self, context: Context, imports: Imports, file: Path
    ) -> None:
        program = replace(the_programme(), pending=PendingAwards(("purchase",), 14, ("delivery",)))
        await publish_program(context, SYSTEM, program)
        [member] = await enrol(context, "Ada")
        bread = {"sku": "bread", "quantity": 4, "amount": "20.00"}
        write(
            file,
            order("purchase", "o1", 1, lines=[bread]),
            order("delivery", "d1", 3, of="o1"),
            order("refund", "r1", 4, of="o1", lines=[bread | {"quantity": 1, "amount": "5.00"}]),
            order("refund", "r2", 4, of="o9"),
            order("refund", "r3", 5, of="o1", lines=[bread]),
            order("purchase", "o2", 6, amount="7.00"),
            order("refund", "r4", 30, of="o1", amount="5.00"),
        )
        report = await import_file(context, imports, command(file, batch=3))
        assert numbers(report) == (7, 5, 0, 2)
        entries = [(e.kind.value, e.points, e.effective_at.day) for e in await context.ledger.since(member.id, 0)]
        assert entries == [
            ("PENDING", 0, 1),
            ("RELEASE", 20, 3),
            ("REVERSE", -5, 4),
            ("PENDING", 0, 6),
            ("RELEASE", 7, 21),
            ("REVERSE", -5, 30),
        ]
        rejects = [json.loads(line) for line in file.with_name("rejects.ndjson").read_text().splitlines()]
        assert [reject["code"] for reject in rejects] == ["NOT_FOUND", "INVALID_INPUT"]
        assert numbers(await import_file(context, imports, command(file))) == (7, 0, 5, 2)
        assert len(await context.ledger.since(member.id, 0)) == 6


def order(type: str, id: str, day: int, *, of: str | None = None, **more: Any) -> dict[str, Any]:
    row = {
        "source": "shop",
        "id": id,
        "type": type,
        "occurredAt": f"2026-05-{day:02d}T12:00:00Z",
        "currency": "USD",
    }
    return row | {"member": {"externalId": "crm-ada"}} | more | ({"attributes": {"order": of}} if of else {})
