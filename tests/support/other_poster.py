"""Another process that posts for the same members. Run as a module, it is that process.

It says `ready`, waits for a line, writes for both members through as many callers as it is told, and prints how
many commands it carried out.
"""

import asyncio
import sys

from mongo.client import connect, open_database
from mongo.ledger import Ledger
from mongo.transactions import Transactions
from services.ledger.poster import Posted, Poster, Posting
from tests.support.house import NOON
from tests.support.ledger import earning
from tests.support.pairs import move

EACH = 10


async def write(poster: Poster, *, callers: int, label: str) -> int:
    """Singles and pairs in both directions for members a and b; how many."""

    async def caller(number: int) -> None:
        giver, taker = ("a", "b") if number % 2 else ("b", "a")
        for turn in range(EACH):
            key = f"client:{label}:{number}:{turn}"
            if number % 4 < 2:
                outcome = await move(poster, 1, key, giver=giver, taker=taker)
            else:
                outcome = await poster.post(Posting(giver, key, "", earning(1, key=key)))
            assert isinstance(outcome, Posted)

    await asyncio.gather(*(caller(number) for number in range(callers)))
    return callers * EACH


class OtherPoster:
    """The process, over the same database."""

    def __init__(self, mongo_uri: str, database: str) -> None:
        self._where = mongo_uri, database

    async def start(self) -> None:
        """Starts it, and waits until it could begin."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.support.other_poster", *self._where),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert (await asyncio.wait_for(self._process.stdout.readline(), 60)).strip() == b"ready"

    async def write(self, *, callers: int) -> int:
        """Has it write; its answer, when it has ended."""
        said, _ = await asyncio.wait_for(self._process.communicate(f"{callers}\n".encode()), 60)
        assert self._process.returncode == 0
        return int(said)


async def main(uri: str, name: str) -> None:
    database = open_database(connect(uri), name)
    poster = Poster(Ledger(database), Transactions(database.client), lambda: NOON)
    await Ledger(database).heads(["a", "b"])  # connected
    print("ready", flush=True)
    callers = int(await asyncio.to_thread(sys.stdin.readline))
    print(await write(poster, callers=callers, label="other"))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
