"""Random histories of every kind of entry, written to a real ledger."""

import random

from domain.ledger.entry import Entry, Head
from domain.ledger.posting import SETTLE, follow
from services.context import Context
from tests.support.paths import DEEDS, Path, Step


def a_path(seed: int, member: str, *, steps: int = 120, idle: bool = False) -> Path:
    """The path of a seed: the same entries whenever it is asked for."""
    chance, path = random.Random(seed), Path(idle, head=Head(member))
    for _ in range(steps):
        walk(path, chance)
    return path


def walk(path: Path, chance: random.Random) -> list[Entry]:
    """One more step; the entries that came of it."""
    return path.take(
        Step(
            deed=chance.choice(DEEDS),
            currency=chance.choice(("POINTS", "POINTS", "STARS")),
            points=chance.randint(1, 12),
            days=chance.randint(1, 24),
            which=chance.randint(0, 7),
            waited=chance.randint(0, 3),
        )
    )


def sweep(path: Path) -> list[Entry]:
    """Writes what time has done by now."""
    chain = follow(path.head, lambda head, at: SETTLE, at=None, now=path.now)
    if not isinstance(chain, list):
        return []
    path.entries += chain
    path.head = Head.of(chain[-1])
    return chain


async def write(context: Context, entries: list[Entry]) -> None:
    """Appends the entries of one member."""
    for entry in entries:
        assert await context.ledger.append([entry]) == [True]
