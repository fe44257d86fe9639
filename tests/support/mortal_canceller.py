"""Another process that cancels a redemption, or tells a partner, and is killed after so many of its writes.

Run as a module, it is that process; `OtherWorker` starts it and tells it "<writes> cancel <member> <redemption>"
or "<writes> tell <address>".
"""

import asyncio
import sys
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient

from cache.client import connect as connect_cache
from domain.actors import Actor, ActorKind
from domain.rewards.webhooks import Door
from mongo.client import open_database
from runtime.courier import open_courier
from runtime.wiring import build_context
from services.rewards.cancel_redemption import CancelRedemption, cancel_redemption
from services.rewards.send_partner_orders import send_partner_orders
from tests.support.house import Clock
from tests.support.mortal_worker import Mortal

KEY = bytes(32)


async def main(uri: str, name: str, redis_url: str, prefix: str, fate: str) -> None:
    writes, deed, *more = fate.split(" ")
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        uri, tz_aware=True, event_listeners=[Mortal(int(writes))]
    )
    context = build_context(open_database(client, name), await connect_cache(redis_url, prefix=prefix), Clock())
    if deed == "cancel":
        member, redemption = more
        command = CancelRedemption(member, redemption, "c")
        await cancel_redemption(context, Actor(ActorKind.MEMBER, member), command)
    else:
        async with open_courier(60) as courier:
            await send_partner_orders(context, courier, "post", Door(more[0], KEY), 1)
    print("survived", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
