"""What rules, the member's tier and a birthday give for an event."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from domain.earning.events.own import BIRTHDAY
from domain.earning.facts.known import Known
from domain.earning.facts.names import inputs_of
from domain.earning.judging.because import Ratio, because_gift, because_tier
from domain.earning.judging.book import Book
from domain.earning.judging.forms import Given, give
from domain.earning.judging.multiples import Fired, multiply
from domain.earning.judging.stacking import Alone, best_of_groups, cut_of
from domain.earning.planning.gates import shut
from domain.earning.planning.planned import PlannedRule


def give_by_rules(known: Known, book: Book) -> list[Fired]:
    """The lines of all rules: first of those that give by themselves, then of those that multiply these."""
    if book.explains:
        bases, multipliers = known.plan.all_rules(known.event.type)
    else:
        bases, multipliers = known.plan.rules_on(known.event.type, known.day)
    alone = Alone()
    fired = _write(known, book, _would_give(known, book, alone, bases, None))
    return [*fired, *_write(known, book, _would_give(known, book, alone, multipliers, fired))]


def give_by_tier(known: Known, book: Book, fired: Iterable[Fired]) -> None:
    """The tier's line in each currency: (multiplier - 1) times what rules that allow it gave, rounded down."""
    tier = known.circumstances.tier
    more = _more(tier.multiplier)
    if more <= 0:
        return
    multiplied: dict[str, int] = defaultdict(int)
    for planned, points in fired:
        if planned.rule.tier_multiplier:
            multiplied[planned.currency] += points
    for currency, points in multiplied.items():
        bonus = more.numerator * points // more.denominator
        if bonus > 0:
            _give_tier(known, book, currency, (points, (more.numerator * points, more.denominator), bonus))


def give_birthday(known: Known, book: Book) -> None:
    """The tier's gift at a birthday."""
    tier = known.circumstances.tier
    if known.event.type == BIRTHDAY and tier.birthday_points > 0:
        default = known.plan.default
        limits = known.plan.limits[default]
        book.give(f"tier-gift:{tier.code}", default, tier.birthday_points, lambda: because_gift(tier), limits)


def _would_give(
    known: Known, book: Book, alone: Alone, rules: Iterable[PlannedRule], fired: list[Fired] | None
) -> list[Given]:
    """What rules would give before caps; `fired`: what multipliers multiply. A spent one silences nobody."""
    would: list[Given] = []
    for planned in rules:
        if planned.sought is not None and not book.explains and planned.sought not in known.texts:
            continue
        missed = alone.excluded(planned) if alone.first else None
        if missed is None and planned.gates:
            missed = shut(known, planned.gates)
        if missed is None:
            found = give(known, planned) if fired is None else multiply(known, planned, fired)
            if isinstance(found, Given):
                if planned.is_exclusive and cut_of(found, would, book.room).points > 0:
                    alone.gave(planned)
                would.append(found)
                continue
            missed = found
        if book.explains or missed.is_failure:
            book.miss(planned.rule.code, missed)
    return would


def _write(known: Known, book: Book, would: list[Given]) -> list[Fired]:
    """The lines of those that count, and what their caps leave of them."""
    fired: list[Fired] = []
    for planned, wanted, because in best_of_groups(
        would, book.room, lambda planned, missed: book.miss(planned.rule.code, missed)
    ):
        inputs = inputs_of(known, planned.named) if planned.named else ()
        points = book.give(
            planned.rule.code,
            planned.currency,
            wanted,
            because,
            planned.limits,
            own=planned.own,
            inputs=inputs,
        )
        if points:
            fired.append((planned, points))
    return fired


def _give_tier(known: Known, book: Book, currency: str, found: tuple[int, Ratio, int]) -> None:
    tier, (points, exact, bonus) = known.circumstances.tier, found
    limits = known.plan.limits[currency]
    book.give(f"tier:{tier.code}", currency, bonus, lambda: because_tier(tier, points, exact, bonus), limits)


@lru_cache(maxsize=256)
def _more(multiplier: Decimal) -> Fraction:
    """What a multiplier adds to each point."""
    return Fraction(multiplier) - 1
