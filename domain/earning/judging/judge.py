"""Judging an event: what it gives and counts, purely by its circumstances."""

from domain.earning.facts.circumstances import Circumstances
from domain.earning.facts.known import Known
from domain.earning.judging import missed
from domain.earning.judging.badges import earn_badges
from domain.earning.judging.book import Book
from domain.earning.judging.challenges import go_on
from domain.earning.judging.counting import count_counters, count_streaks
from domain.earning.judging.giving import give_birthday, give_by_rules, give_by_tier
from domain.earning.judging.judgement import Judgement, MissReason
from domain.earning.judging.missed import Missed
from domain.earning.judging.qualifying import qualifying
from domain.earning.judging.referral import mark_referral
from domain.earning.planning.plan import plan_of
from domain.program.earning import EarningRule

TIERS = "tiers:amount"
"""The expression that counts for tiers, where it failed."""


def judge(circumstances: Circumstances, *, explain: bool = True, others: bool = False) -> Judgement:
    """What the event gives and counts, all of it by the state before it.

    Rules give in the order of their priority, then the multipliers among them, the member's tier, challenges and
    a birthday; every line is cut by its caps as it is made. `explain` False leaves out why rules gave nothing,
    unless they failed; `others` tells it also of rules for other types of event.
    """
    known = Known(circumstances, plan_of(circumstances.program))
    book = Book(known, explain=explain)
    if others:
        _name_others(known, book)
    give_by_tier(known, book, give_by_rules(known, book))
    go_on(known, book)
    give_birthday(known, book)
    count_counters(known, book)
    count_streaks(known, book)
    mark_referral(known, book)
    earn_badges(known, book)
    awards = book.awards()
    counts = qualifying(
        circumstances.program,
        circumstances.event,
        awards,
        joined_on=circumstances.person.joined_on,
        facts=lambda: known.facts,
        failed=lambda failure: book.miss(TIERS, missed.failed(failure.reason)),
    )
    return book.judgement(awards, counts)


def _name_others(known: Known, book: Book) -> None:
    for planned in known.plan.rules:
        if known.event.type not in planned.rule.on:
            book.miss(planned.rule.code, _other(planned.rule))


def _other(rule: EarningRule) -> Missed:
    return Missed(MissReason.EVENT_TYPE, lambda _: f"is for {', '.join(rule.on)}")
