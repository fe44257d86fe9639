"""`regulars run` keeps itself going: whatever of it is killed comes back, and nothing is lost or doubled."""

import os
import signal
from pathlib import Path
from typing import Any

import httpx

from tests.support.eventually import eventually
from tests.support.run import Run, a_run

RECORD = """
mutation ($events: [EventInput!]!) {
  recordEvents(input: {events: $events}) { results { accepted duplicate entries { points } } }
}
"""
ME = "{ me { balance { available revision } notifications(first: 50) { edges { node { data } } } } }"


def a_purchase(number: int) -> dict[str, Any]:
    return {
        "source": "till",
        "id": f"receipt-{number}",
        "type": "purchase",
        "member": {"externalId": "demo-0001"},
        "occurredAt": "2026-01-01T12:00:00Z",
        "amount": "100.00",
    }


async def bought(run: Run, number: int) -> dict[str, Any]:
    """The answer to a purchase, sent again until there is one."""

    async def send() -> Any:
        try:
            return await run.ask("service", RECORD, events=[a_purchase(number)])
        except httpx.HTTPError as error:
            raise AssertionError("not yet") from error

    answer = await eventually(send, timeout=60)
    result: dict[str, Any] = answer["recordEvents"]["results"][0]
    return result


class TestRun:
    async def test_whatever_is_killed_comes_back_by_itself_and_every_purchase_counts_once(
        self, tmp_path: Path
    ) -> None:
        async with a_run(tmp_path) as run:
            before = (await run.ask("member", ME))["me"]["balance"]
            first = await bought(run, 0)
            points = first["entries"][0]["points"]
            for number, name in enumerate(("valkey", "worker", "api", "mongod"), start=1):
                old = run.pids()[name]
                os.kill(old, signal.SIGKILL)
                result = await bought(run, number)
                assert (result["accepted"], result["entries"][0]["points"]) == (True, points)
                assert (await bought(run, number))["duplicate"]
                await eventually(lambda name=name, old=old: run.pids().get(name, old) != old, timeout=60)
                await eventually(lambda: _is_ready(run), timeout=60)
            after = (await run.ask("member", ME))["me"]
            assert after["balance"]["available"] == before["available"] + 5 * points
            assert after["balance"]["revision"] == before["revision"] + 5

            async def told_of_each() -> bool:
                edges = (await run.ask("member", ME))["me"]["notifications"]["edges"]
                earned = [edge for edge in edges if edge["node"]["data"].get("points") == points]
                return len(earned) == 5

            await eventually(told_of_each, timeout=60)
            await run.command("verify")


async def _is_ready(run: Run) -> bool:
    return await run.ready() == "ready"
