"""Bursts of what is earned are told in one: the first at once, and what follows within a while together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.alerts.delivery import Delivery, Why
from domain.alerts.verdict import Hold, Merge, Send, Verdict
from domain.inbox.message import InboxRow, Message, Value
from domain.program.program import Program
from domain.time import day_in

TEMPLATE: Final = "points_digest"
"""Says that it was all today."""
SINCE: Final = "points_digest_since"
"""Says from which day on, where it was not."""


@dataclass(frozen=True, slots=True)
class Told:
    """One of a bundle that was sent or begun: its place in the inbox, when, and the places that it told, too."""

    seq: int
    at: datetime
    merged: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundled:
    """Of one lane and bundle: what was told lately, and the places of what waits to be told for the first time."""

    told: tuple[Told, ...] = ()
    waiting: tuple[int, ...] = ()


NOTHING_BUNDLED: Final = Bundled()


def put_together(delivery: Delivery, bundled: Bundled, window: timedelta, now: datetime) -> Verdict:
    """The first goes at once; what comes within `window` after one that went waits for its end, and then the
    newest goes for all. One alone goes as itself."""
    others = [told for told in bundled.told if told.seq != delivery.seq]
    teller = next((told for told in others if delivery.seq in told.merged), None)
    if teller:
        return Merge(teller.seq)
    ends_at = max((told.at for told in others), default=now - window) + window
    if ends_at > now:
        return Hold(ends_at, Why.DIGEST)
    newest = max((*bundled.waiting, delivery.seq))
    if delivery.seq != newest:
        return Merge(newest)
    return Send(tuple(sorted(set(bundled.waiting) - {delivery.seq})))


def digest_of(rows: Sequence[InboxRow], program: Program, zone: ZoneInfo, now: datetime) -> Message:
    """The message that tells all of these rows, of one member and one currency; without words yet.

    It stands in for the newest of them, and is about nothing in particular. `zone`: the member's, for what today
    is.
    """
    newest = max(rows, key=lambda row: row.seq).message
    code = newest.data.get("currency")
    currency = program.currency(code)
    points = sum(int(row.message.data.get("points", 0)) for row in rows)
    name = currency.name if currency else str(code)
    data = {"news": "EARNED", "currency": code, "points": points, "count": len(rows)}
    if "balance" in newest.data:
        data["balance"] = newest.data["balance"]
    values: dict[str, Value] = {"points": points, "count": len(rows), "currency": name}
    first = day_in(zone, min(row.message.created_at for row in rows))
    if first == day_in(zone, now):
        template = TEMPLATE
    else:
        template, values["date"] = SINCE, first
    return replace(newest, title="", body="", template=template, values=values, data=data, subject=None)
