"""The demo as one story: who comes when, what happens week by week, what is redeemed and put right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from demo.activity import Span, happening, joined_at, sign_up
from demo.people import SEED, Person, person
from domain.earning.events.intake import RecordEvent

WEEK = timedelta(days=7)
# The last few mugs are left for whoever tries the demo out.
_REWARDS = (
    "coffee",
    "coffee",
    "sourdough",
    "food-bank",
    "five-off",
    "tote-bag",
    "flowers",
    "delivery",
)
_REASONS = ("GOODWILL", "MISSING_POINTS", "CORRECTION", "COMPETITION")
_NOTES = {
    "GOODWILL": "The delivery came late; apologised on the phone.",
    "MISSING_POINTS": "The receipt was checked: the card had not been scanned.",
    "CORRECTION": "Counted twice at the till.",
    "COMPETITION": "Won the pumpkin weighing.",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A member tries to redeem a reward."""

    who: Person
    reward: str
    key: str


@dataclass(frozen=True, slots=True)
class Correction:
    """An agent gives points or takes them. `approve`: what a supervisor says to one above the agent's limit."""

    who: Person
    points: int
    reason: str
    note: str
    key: str
    approve: bool | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """What happens in one week that ends at `end`: people come, events happen, members and staff act."""

    end: datetime
    newcomers: Sequence[Person]
    events: Sequence[RecordEvent]
    wishes: Sequence[Wish]
    corrections: Sequence[Correction]


def story(span: Span, *, members: int, events: int) -> Iterator[Week]:
    """The weeks in their order. More members or events later add to what there was and change nothing of it."""
    people = [person(number) for number in range(1, members + 1)]
    everything = sorted(_events(span, people, events), key=lambda event: event.occurred_at)
    end, done = span.start, 0
    while end < span.end:
        start, end = end, min(end + WEEK, span.end)
        upto = next((i for i in range(done, len(everything)) if everything[i].occurred_at > end), len(everything))
        yield Week(
            end,
            [
                who
                for who in people
                if joined_at(span, who) <= end and (joined_at(span, who) > start or start == span.start)
            ],
            everything[done:upto],
            list(_wishes(people, start, span)),
            list(_corrections(people, start, span)),
        )
        done = upto


def _events(span: Span, people: Sequence[Person], wanted: int) -> Iterator[RecordEvent]:
    zeal = sum(who.zeal * (1 - who.joined) for who in people) or 1
    for who in people:
        yield sign_up(span, who)
        for number in range(round(wanted * who.zeal * (1 - who.joined) / zeal)):
            yield happening(span, who, number)


def _wishes(people: Sequence[Person], start: datetime, span: Span) -> Iterator[Wish]:
    """In a week about one member in fifty tries; those who have too little are refused, as in life."""
    week = (start - span.start) // WEEK
    for who in people:
        chance = Random(f"{SEED}:{who.number}:wish:{week}")
        # The first member saves up, so that there is something to spend and something about to expire.
        if joined_at(span, who) <= start and chance.random() < (0.02 * who.zeal if who.number > 1 else 0.03):
            reward = chance.choice(_REWARDS[:5] if who.number == 1 else _REWARDS)
            yield Wish(who, reward, f"demo-wish-{week}")


def _corrections(people: Sequence[Person], start: datetime, span: Span) -> Iterator[Correction]:
    week = (start - span.start) // WEEK
    last = span.end - start <= WEEK
    chance = Random(f"{SEED}:corrections:{week}")
    present = [who for who in people if joined_at(span, who) <= start]
    if not present:
        return
    reason = chance.choice(_REASONS)
    points = -25 if reason == "CORRECTION" else chance.choice((50, 100, 150, 250))
    yield Correction(chance.choice(present), points, reason, _NOTES[reason], f"demo-correction-{week}")
    if week % 12 == 6:
        who = chance.choice(present)
        approve = chance.random() < 0.7
        yield Correction(who, 800, "COMPETITION", "Won the summer raffle.", f"demo-raffle-{week}", approve)
    if last:
        who = present[0]
        yield Correction(who, 750, "GOODWILL", "The freezer order was lost twice.", "demo-waiting")
