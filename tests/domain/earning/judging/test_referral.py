from datetime import date
from typing import Any

import pytest

from domain.earning.facts.circumstances import Referrer
from domain.earning.judging.judgement import Judgement, Miss, MissReason
from domain.ledger.state import Bucket, Count, State
from domain.program.engagement import Referrals
from tests.support.judging import PERSON, an_event, judged, missed
from tests.support.programs import a_program

FRIEND = PERSON._replace(joined_on=date(2026, 3, 1), referred=True, devices=frozenset({"d1"}))
MARK = Count("referral", 0, 1, 1)


def first(event_type: str = "purchase", *, referrals: Referrals | None = None, **more: Any) -> Judgement:
    program = a_program(earning=(), referrals=referrals or Referrals())
    more.setdefault("person", FRIEND)
    return judged(program, an_event(event_type, 1_000), **more)


def why_not(**more: Any) -> Miss:
    judgement = first(**more)
    assert judgement.counts == ()
    return missed(judgement, "referral")


class TestMark:
    def test_the_first_qualifying_event_of_a_friend_marks_them_once(self) -> None:
        assert first().counts == (MARK,)
        assert first("visit").counts == ()
        assert first(state=State(counters={"referral": (Bucket(0, 1),)})).counts == ()

    def test_who_came_by_themselves_is_nobodys_friend(self) -> None:
        assert first(person=PERSON).counts == ()

    def test_it_must_come_in_time(self) -> None:
        assert first(referrals=Referrals(within_days=9)).counts == (MARK,)
        miss = why_not(referrals=Referrals(within_days=8))
        assert miss.text == "needs 8 days at most from joining: it is 9"

    @pytest.mark.parametrize("referrals", [Referrals(most=3), Referrals(most_a_month=2)])
    def test_only_so_many_friends_of_a_member_count(self, referrals: Referrals) -> None:
        assert first(referrals=referrals, referrer=Referrer(made=2, made_this_month=1)).counts == (MARK,)
        assert why_not(referrals=referrals, referrer=Referrer(made=3, made_this_month=2)).reason is MissReason.CAP

    def test_an_expression_can_ask_for_hints_of_the_same_hands(self) -> None:
        referrals = Referrals(when="!referral.same_device && referral.made < 5 && event.amount >= 1000")
        assert first(referrals=referrals, referrer=Referrer()).counts == (MARK,)
        miss = why_not(referrals=referrals, referrer=Referrer(devices=frozenset({"d1"})))
        assert miss.reason is MissReason.CONDITION
        assert "referral.same_device is true" in miss.text
