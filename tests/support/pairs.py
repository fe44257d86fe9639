"""Points that go from one member to another, as pairs of postings."""

from domain.ledger.entry import Entry
from services.ledger.poster import Answer, Outcome, Poster, Posting
from tests.support.ledger import earning, redeeming

INPUT = "0" * 32


def giving(member: str, points: int, key: str, *, input: str = INPUT) -> Posting:
    """The posting that takes the points from the member."""
    return Posting(member, key, input, redeeming(points, key=key))


def taking(member: str) -> Answer:
    """The answer that gives the same points to another member."""

    def answer(entry: Entry) -> Posting:
        key = f"in:{entry.member}:{entry.key}"
        return Posting(member, key, INPUT, earning(-entry.points, key=key))

    return answer


async def move(poster: Poster, points: int, key: str, *, giver: str, taker: str, input: str = INPUT) -> Outcome:
    """Posts such a pair."""
    return await poster.post_pair(giving(giver, points, key, input=input), taking(taker))
