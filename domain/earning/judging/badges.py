"""Badges that an expression gives, looked at on what the member has after the event; and the mark of a friend."""

from domain.earning.facts.known import Known
from domain.earning.judging.book import Book
from domain.earning.judging.challenges import earn_badge
from domain.earning.judging.missed import failed
from domain.ledger.state import with_counts
from domain.rules import Failed


def earn_badges(known: Known, book: Book) -> None:
    """Those whose expression holds by counters and streaks with the event's own counts; a failure is noted."""
    waiting = [
        planned
        for planned in known.plan.badges
        if planned.badge.code not in book.badges and not known.state.counters.get(planned.counter)
    ]
    if not waiting:
        return
    after = known.after(with_counts(known.state, book.counted)) if book.counted else known
    for planned in waiting:
        answer = after.ask(planned.when)
        if isinstance(answer, Failed):
            book.miss(f"badge:{planned.badge.code}", failed(answer.reason))
        elif answer:
            earn_badge(known, book, planned.badge.code)
