"""How this process reaches partners: HTTP, a few seconds each, and nowhere but where the settings say."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from domain.rewards.partner_order import Answer
from resolvers.ids import global_id
from services.rewards.send_partner_orders import Courier, NotReached

TIMEOUT_SECONDS = 15.0
"""From the first byte out to the head of the answer; the specification asks for 15 to 30."""


@asynccontextmanager
async def open_courier(seconds: float = TIMEOUT_SECONDS) -> AsyncIterator[Courier]:
    """The courier, while the block lasts. It follows no redirect, heeds no proxy of the environment, and reads no
    more of an answer than its head."""
    import httpx  # only where partners are told: it takes a quarter of a second of every start

    async with httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False) as client:

        async def send(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
            try:
                async with (
                    asyncio.timeout(seconds),
                    client.stream("POST", url, headers=dict(headers), content=body) as response,
                ):
                    return Answer(response.status_code, response.headers.get("retry-after"))
            except TimeoutError as fault:
                raise NotReached("no answer in time") from fault
            except (httpx.HTTPError, httpx.InvalidURL) as fault:
                # The kind only: its words may hold the address, and that a secret.
                raise NotReached(type(fault).__name__) from fault

        yield Courier(
            send=send,
            id_of=lambda redemption: global_id("Redemption", redemption.member, redemption.id),
            jitter=random.random,
        )
