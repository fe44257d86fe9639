import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given

from domain.ledger.reversals import Spent
from domain.program.earning import Expiry, Grain
from domain.program.plain import program_from_plain, program_to_plain
from domain.program.policies import Holds, Lapsed, PendingAwards, Reversal, Transfers
from domain.program.program import Program
from domain.program.rewards import Reward, RewardKind
from tests.support.programs import PROGRAM, a_program, programs


class TestProgramPlain:
    @given(programs)
    def test_through_json_it_comes_back_exactly(self, program: Program) -> None:
        plain = json.loads(json.dumps(program_to_plain(program)))
        assert program_from_plain(plain) == program
        assert program_to_plain(program_from_plain(plain)) == plain

    def test_the_version_is_not_part_of_the_content(self) -> None:
        plain = program_to_plain(PROGRAM)
        assert plain == program_to_plain(a_program(version=8))
        assert program_from_plain(plain, 7) == PROGRAM

    def test_decimals_are_text_tables_are_pairs_and_dates_are_utc(self) -> None:
        start = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-5)))
        plain = program_to_plain(a_program(rewards=(Reward("a", "A", RewardKind.CASH, 1, available_from=start),)))
        assert plain["earning"][0]["per"] == "1.00"
        assert plain["earning"][0]["categories"] == [["BAKERY", "2"]]
        assert plain["rewards"][0]["available_from"] == "2026-01-01T05:00:00+00:00"

    def test_what_was_not_known_when_it_was_stored_takes_its_default(self) -> None:
        plain = program_to_plain(PROGRAM)
        del plain["expiry_alert_days"], plain["rewards"][0]["voucher_days"]
        assert program_from_plain(plain, 7) == PROGRAM

    def test_a_programme_from_before_the_policies_has_their_defaults(self) -> None:
        plain = program_to_plain(a_program(transfers=Transfers(), pending=PendingAwards(("purchase",))))
        for name in ("pending", "refunded_on", "reversal", "transfers", "holds"):
            del plain[name]
        del plain["expiry"]["inactivity"]
        program = program_from_plain(plain, 7)
        assert program == PROGRAM
        assert (program.pending, program.refunded_on, program.transfers) == (None, ("refund",), None)
        assert program.reversal == Reversal(Spent.WITHIN_BALANCE, Lapsed.EXTENDED, 30)
        assert (program.holds, program.expiry) == (Holds(30), Expiry(12, Grain.MONTH, inactivity=False))

    def test_a_programme_of_a_newer_release_is_a_fault(self) -> None:
        with pytest.raises(ValueError, match=r"this release does not know scores of Program"):
            program_from_plain({**program_to_plain(PROGRAM), "scores": []})
