"""What the people of the demo do: each thing follows from its person and its number alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from demo.people import SEED, Person
from domain.earning.events.intake import RecordEvent, RecordLine
from domain.members.lookup import MemberLookup
from domain.time import whole_ms

SOURCE = "demo"
SPAN = timedelta(days=400)
"""How far back the demo begins: over a year, so that points have expired and others are about to."""

_SHELVES: dict[str, tuple[tuple[str, str, int, int], ...]] = {
    # category: (sku, brand, from cents, to cents)
    "GROCERY": (
        ("OATS-1", "Millstone", 299, 649),
        ("PASTA-2", "Corner", 149, 389),
        ("OIL-1", "Oliveto", 699, 1899),
    ),
    "PRODUCE": (("APPLES-3", "Orchard Lane", 249, 799), ("GREENS-1", "Orchard Lane", 199, 499)),
    "MEAT": (("CHICKEN-1", "Hilltop", 799, 1899), ("BEEF-2", "Hilltop", 1199, 3499)),
    "SEAFOOD": (("SALMON-1", "North Pier", 1099, 2899),),
    "BAKERY": (("SOURDOUGH-1", "Corner", 499, 899), ("BAGELS-6", "Corner", 399, 749)),
    "PASTRY": (("CROISSANT-2", "Corner", 349, 999),),
    "COFFEE": (("BEANS-1", "Second Crack", 1099, 1999), ("COLD-BREW-1", "Second Crack", 449, 599)),
    "FLORAL": (("BOUQUET-1", "Corner", 999, 2999),),
    "DRUG GM": (("SOAP-1", "Plainly", 299, 899), ("BATTERIES-4", "Voltline", 599, 1299)),
    "FUEL": (("FUEL-REGULAR", "Corner", 2000, 5500),),
}
_CATEGORIES = tuple(_SHELVES)
_SHARES = (10, 8, 4, 2, 5, 3, 4, 1, 3, 2)
_TYPES = ("purchase", "visit", "review", "survey")
_TYPE_SHARES = (84, 9, 5, 2)


@dataclass(frozen=True, slots=True)
class Span:
    """The demo's time. `end` is when it was first loaded, and stays so."""

    end: datetime

    @property
    def start(self) -> datetime:
        """When the programme of the demo began."""
        return self.end - SPAN

    def at(self, share: float) -> datetime:
        """The moment that share of the way from start to end."""
        return whole_ms(self.start + SPAN * share)


def joined_at(span: Span, who: Person) -> datetime:
    """When the person enrolled."""
    return span.at(who.joined)


def sign_up(span: Span, who: Person) -> RecordEvent:
    """The event of their coming."""
    return _event(who, "sign-up", "sign_up", joined_at(span, who), channel="app")


def happening(span: Span, who: Person, number: int) -> RecordEvent:
    """The `number`-th thing the person does, from 0: at any time since they joined, in the shop's hours."""
    chance = Random(f"{SEED}:{who.number}:{number}")
    at = _opening_hours(span, span.at(chance.uniform(who.joined, 1.0)), joined_at(span, who), chance)
    kind = chance.choices(_TYPES, _TYPE_SHARES)[0]
    if kind != "purchase":
        return _event(who, str(number), kind, at, channel="app")
    lines = tuple(_line(chance) for _ in range(chance.choice((1, 2, 3, 3, 4, 5, 6, 8))))
    return _event(who, str(number), kind, at, channel=chance.choice(("store", "store", "web")), lines=lines)


def _opening_hours(span: Span, day: datetime, least: datetime, chance: Random) -> datetime:
    opening = day.replace(hour=12, minute=0, second=0, microsecond=0)
    at = opening + timedelta(seconds=chance.randrange(12 * 3600))  # 12 to 24 UTC: morning to evening in New York
    return min(max(at, least + timedelta(minutes=5)), span.end)


def _line(chance: Random) -> RecordLine:
    category = chance.choices(_CATEGORIES, _SHARES)[0]
    sku, brand, least, most = chance.choice(_SHELVES[category])
    quantity = chance.choice((1, 1, 1, 2, 3)) if category != "FUEL" else 1
    amount = Decimal(chance.randint(least, most) * quantity).scaleb(-2)
    return RecordLine(sku=sku, amount=amount, category=category, brand=brand, quantity=quantity)


def _event(
    who: Person, name: str, kind: str, at: datetime, *, channel: str, lines: tuple[RecordLine, ...] = ()
) -> RecordEvent:
    return RecordEvent(
        source=SOURCE,
        id=f"{who.external_id}/{name}",
        type=kind,
        member=MemberLookup(external_id=who.external_id),
        occurred_at=whole_ms(at),
        channel=channel,
        lines=lines,
    )
