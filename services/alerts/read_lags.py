"""How far behind the way of alerts is, for whoever watches it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.alerts.channel import Provider, webhook_provider
from domain.program.program import Program
from domain.rewards.webhooks import door_name
from services.context import Context


@dataclass(frozen=True, slots=True)
class AlertLags:
    """In seconds. `routing`: the age of the oldest message that was not routed yet; 0 for none. `sending`: for how
    long the oldest delivery of a provider has been due; those of whom nothing is due are left out."""

    routing: float
    sending: Mapping[str, float]


async def read_alert_lags(context: Context) -> AlertLags:
    """The lags now: one look at an index for routing, and one for each provider."""
    now = context.clock()
    names = _providers(await context.programs.current())
    looks = (context.deliveries.due(name, now, limit=1) for name in names)
    unrouted, due = await asyncio.gather(context.inbox.unrouted(limit=1), asyncio.gather(*looks))
    routing = max((_age(one.row.message.created_at, now) for one in unrouted), default=0.0)
    sending = {name: _age(rows[0].next_at, now) for name, rows in zip(names, due, strict=True) if rows}
    return AlertLags(routing, sending)


def _providers(program: Program) -> list[str]:
    """All who may carry anything, each once."""
    hooks = (webhook_provider(door_name(hook.partner)) for hook in program.alerts.webhooks)
    return list(dict.fromkeys([*(provider.value for provider in Provider), *hooks]))


def _age(since: datetime, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0)
