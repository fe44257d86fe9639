"""When a friend counts as brought: the mark that their first qualifying event leaves."""

from domain.earning.facts.known import Known
from domain.earning.judging.book import Book
from domain.earning.judging.judgement import MissReason
from domain.earning.judging.missed import Missed
from domain.earning.planning.gates import shut
from domain.earning.planning.planned import PlannedReferrals

REFERRAL = "referral"
"""The counter, in period 0, of a member whose first qualifying event as a friend has counted."""


def mark_referral(known: Known, book: Book) -> None:
    """Marks a friend whose first qualifying event this is; once, ever."""
    planned = known.plan.referrals
    if planned is None or not known.circumstances.person.referred:
        return
    if known.event.type not in planned.referrals.on or known.state.counted(REFERRAL, 0):
        return
    missed = _too_late(known, planned) or _too_many(known, planned) or shut(known, planned.when)
    if missed:
        book.miss(REFERRAL, missed)
    else:
        book.count(REFERRAL, 0, 1)


def _too_late(known: Known, planned: PlannedReferrals) -> Missed | None:
    days = planned.referrals.within_days
    if days is None or known.member.days <= days:
        return None
    return Missed(
        MissReason.CONDITION,
        lambda known: f"needs {days} days at most from joining: it is {known.member.days}",
    )


def _too_many(known: Known, planned: PlannedReferrals) -> Missed | None:
    referrals, referrer = planned.referrals, known.circumstances.referrer
    made, this_month = (referrer.made, referrer.made_this_month) if referrer else (0, 0)
    if referrals.most is not None and made >= referrals.most:
        return Missed(MissReason.CAP, lambda _: f"no more than {referrals.most} friends of a member count")
    if referrals.most_a_month is not None and this_month >= referrals.most_a_month:
        return Missed(MissReason.CAP, lambda _: f"no more than {referrals.most_a_month} friends a month count")
    return None
