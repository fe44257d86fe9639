"""A partner's codes go in once each, and what stays out is said by line."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.actors import SYSTEM
from domain.program.rewards import Pool
from domain.refusals import Code, Refused
from mongo.client import Database
from services.context import Context
from services.program.publish_program import publish_program
from services.rewards.import_pool import Left, PoolImport, import_pool
from tests.support.programs import a_program
from tests.support.unchanged import unchanged
from tests.support.vouchers import COUPON, a_redemption, put


@pytest.fixture(autouse=True)
async def programme(context: Context) -> None:
    await publish_program(context, SYSTEM, a_program(pools=(Pool("cinema", "Cinema"), Pool("zoo", "Zoo"))))


def a_file(folder: Path, *lines: str) -> Path:
    path = folder / "codes.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


async def imported(context: Context, path: Path, pool: str = "cinema") -> PoolImport:
    outcome = await import_pool(context, path, pool)
    assert isinstance(outcome, PoolImport)
    return outcome


class TestImportPool:
    async def test_codes_go_in_as_they_are_written_with_their_ends(
        self, context: Context, database: Database, tmp_path: Path
    ) -> None:
        path = a_file(
            tmp_path, "Note,CODE,expires", "x,a-1,2026-12-31", "y,B 2,2027-01-31T00:00:00+01:00", "z,c3,"
        )
        report = await imported(context, path)
        assert (report.rows, report.new, report.left, report.wrong) == (3, 3, [], 0)
        assert report.position == path.stat().st_size
        rows = await database["pool_codes"].find().sort("_id", 1).to_list(None)
        assert [(row["_id"], row["code"], row["expiresAt"], row["redemption"]) for row in rows] == [
            ("cinema|A1", "a-1", datetime(2027, 1, 1, 5, tzinfo=UTC), None),
            ("cinema|B2", "B 2", datetime(2027, 1, 30, 23, tzinfo=UTC), None),
            ("cinema|C3", "c3", None, None),
        ]

    async def test_a_packed_file_with_a_byte_order_mark_is_read(self, context: Context, tmp_path: Path) -> None:
        path = tmp_path / "codes.csv.gz"
        path.write_bytes(gzip.compress("\ufeffcode\r\na1\r\n".encode()))
        assert (await imported(context, path)).new == 1

    async def test_the_same_file_again_changes_nothing_and_says_so_by_line(
        self, context: Context, database: Database, tmp_path: Path
    ) -> None:
        path = a_file(tmp_path, "code", "a1", "", "b2")
        await imported(context, path)
        async with unchanged(database):
            report = await imported(context, path)
        assert (report.rows, report.new, report.wrong) == (2, 0, 0)
        reason = "it is in the pool cinema already"
        assert report.left == [Left(2, reason, twice=True), Left(4, reason, twice=True)]

    async def test_what_is_in_already_in_the_file_a_pool_or_with_a_member_stays_out(
        self, context: Context, tmp_path: Path
    ) -> None:
        await imported(context, a_file(tmp_path, "code", "a1"), "zoo")
        await put(context, a_redemption(COUPON))
        report = await imported(context, a_file(tmp_path, "code", "b2", "A-1", "B 2", COUPON.code.lower(), "c3"))
        assert (report.rows, report.new, report.wrong) == (5, 2, 0)
        assert report.left == [
            Left(3, "it is in the pool zoo already", twice=True),
            Left(4, "the same code as in line 2", twice=True),
            Left(5, "it was given as a voucher already", twice=True),
        ]

    async def test_lines_that_cannot_be_taken_are_named_and_the_others_go_in(
        self, context: Context, tmp_path: Path
    ) -> None:
        path = a_file(
            tmp_path,
            "code,expires",
            " - ,",
            "a1,tomorrow",
            "a2,2026-06-14",
            "a3,2027-01-01T00:00:00",
            '"a4,',
            "x" * 101,
            "a5,2026-06-15",
        )
        report = await imported(context, path)
        assert (report.rows, report.new, report.wrong) == (7, 1, 6)
        form = "expires is a day or a moment with its offset, such as 2027-01-31, and not"
        length = "a code has 1 to 100 characters, and letters or digits among them"
        assert report.left == [
            Left(2, length),
            Left(3, f"{form} 'tomorrow'"),
            Left(4, "it has expired: 2026-06-14"),
            Left(5, f"{form} '2027-01-01T00:00:00'"),
            Left(6, "no line of CSV in UTF-8: unexpected end of data"),
            Left(7, length),
        ]

    async def test_the_last_year_of_all_is_no_end_and_what_is_outside_of_calendars_stays_out(
        self, context: Context, database: Database, tmp_path: Path
    ) -> None:
        ends = ("9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00")
        lines = [f"a{number},{end}" for number, end in enumerate((*ends, "2026-12-31"), 1)]
        report = await imported(context, a_file(tmp_path, "code,expires", *lines))
        form = "expires is a day or a moment with its offset, such as 2027-01-31, and not"
        assert (report.new, report.left) == (4, [Left(5, f"{form} '0001-01-01T00:00:00+05:00'")])
        rows = await database["pool_codes"].find().sort("_id", 1).to_list(None)
        assert [(row["code"], row["expiresAt"]) for row in rows] == [
            ("a1", None),
            ("a2", None),
            ("a3", None),
            ("a5", datetime(2027, 1, 1, 5, tzinfo=UTC)),
        ]

    async def test_many_lines_go_in_by_batches(self, context: Context, tmp_path: Path) -> None:
        path = a_file(tmp_path, "code", *(f"c{number}" for number in range(2_500)), "c7")
        told: list[int] = []
        outcome = await import_pool(context, path, "cinema", lambda report: told.append(report.new))
        assert isinstance(outcome, PoolImport)
        assert told == [1_000, 2_000, 2_500]
        assert outcome.left == [Left(2_502, "the same code as in line 9", twice=True)]
        assert await context.pools.total(["cinema"]) == {"cinema": 2_500}

    async def test_refusals_change_nothing(self, context: Context, database: Database, tmp_path: Path) -> None:
        good = a_file(tmp_path, "code", "a1")
        bad = tmp_path / "bad.csv"
        cases = [(good, "theatre", Code.NOT_FOUND, "pool"), (bad, "cinema", Code.INVALID_INPUT, "file")]
        for content in (b"", b"a1\nb2\n", b"\xff\xfe", b'"code'):
            bad.write_bytes(content)
            for path, pool, code, field in cases:
                async with unchanged(database):
                    refused = await import_pool(context, path, pool)
                assert isinstance(refused, Refused)
                assert (refused.code, refused.path) == (code, (field,))
