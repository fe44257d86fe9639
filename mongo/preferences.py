"""What members have chosen to be told; a row only for those who chose, unsubscribed, bounced or have a link."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pymongo import ASCENDING, IndexModel, ReturnDocument

from domain.alerts.channel import Channel
from domain.alerts.preferences import Bounce, Preferences, QuietHours
from domain.inbox.message import NotificationKind
from mongo.client import Database, Document
from mongo.faults import store

INDEXES = [IndexModel([("token", ASCENDING)], name="token", unique=True, sparse=True)]
_TOKEN_BYTES: Final = 24


@store
class MemberPreferences:
    """One row a member. Each change touches only what it names, so that two at once both hold."""

    def __init__(self, database: Database) -> None:
        self._preferences = database["preferences"]

    async def of_members(self, members: Iterable[str]) -> dict[str, Preferences]:
        """The choices of each, in one query; those who have made none have the defaults."""
        ids = list(members)
        rows = await self._preferences.find({"_id": {"$in": ids}}).to_list(None)
        return {id: Preferences(id) for id in ids} | {row["_id"]: _preferences(row) for row in rows}

    async def change(
        self,
        member: str,
        *,
        choices: Mapping[tuple[NotificationKind, Channel], bool | None] | None = None,
        quiet: QuietHours | None = None,
        default_quiet: bool = False,
        unsubscribed: Mapping[Channel, bool] | None = None,
        marketing: datetime | bool | None = None,
        balance: Mapping[str, int] | None = None,
    ) -> Preferences:
        """Changes what is given, and answers all as it stands then.

        A choice of None goes back to the programme's, as `default_quiet` does for quiet hours. `marketing`: since
        when they agree (what they agreed to before keeps its time), or False: no more.
        """
        sets: Document = {}
        unsets: Document = {}
        for (kind, channel), wanted in (choices or {}).items():
            _put(sets, unsets, f"choices.{kind.value}.{channel.value}", wanted)
        for channel, gone in (unsubscribed or {}).items():
            _put(sets, unsets, f"unsubscribed.{channel.value}", True if gone else None)
        if quiet is not None or default_quiet:
            _put(sets, unsets, "quiet", [f"{quiet.begins:%H:%M}", f"{quiet.ends:%H:%M}"] if quiet else None)
        if marketing is False:
            unsets["marketing"] = ""
        if balance is not None:
            _put(sets, unsets, "balance", [[code, points] for code, points in sorted(balance.items())] or None)
        row = await self._update(member, sets, unsets)
        if isinstance(marketing, datetime) and "marketing" not in row:
            row = await self._update(member, {"marketing": marketing}, {})
        return _preferences(row)

    async def unsubscribe(self, member: str, *, kind: NotificationKind | None) -> None:
        """No more e-mail of a kind, or (None) none at all."""
        if kind is None:
            await self.change(member, unsubscribed={Channel.EMAIL: True})
        else:
            await self.change(member, choices={(kind, Channel.EMAIL): False})

    async def bounced(self, member: str, channel: Channel, bounce: Bounce) -> None:
        """Notes that the address reaches nobody."""
        row = {"address": bounce.address, "at": bounce.at, "answer": bounce.answer}
        await self._update(member, {f"bounces.{channel.value}": row}, {})

    async def token_of(self, member: str) -> str:
        """What names the member in links to unsubscribe: nobody can guess it, and it tells nothing."""
        known = await self._preferences.find_one({"_id": member}, {"token": 1})
        if known and "token" in known:
            return str(known["token"])
        fresh = secrets.token_urlsafe(_TOKEN_BYTES)
        # Made once, whoever asks at the same moment.
        row = await self._preferences.find_one_and_update(
            {"_id": member},
            [{"$set": {"token": {"$ifNull": ["$token", fresh]}}}],
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return str(row["token"])

    async def member_of(self, token: str) -> str | None:
        """Whom a link is for."""
        row = await self._preferences.find_one({"token": token}, {"_id": 1})
        return row["_id"] if row else None

    async def _update(self, member: str, sets: Document, unsets: Document) -> Document:
        change: dict[str, Any] = {name: part for name, part in (("$set", sets), ("$unset", unsets)) if part}
        row: Document = await self._preferences.find_one_and_update(
            {"_id": member},
            change or {"$setOnInsert": {}},
            upsert=bool(change),
            return_document=ReturnDocument.AFTER,
        )
        return row or {"_id": member}


def _put(sets: Document, unsets: Document, path: str, value: Any) -> None:
    if value is None:
        unsets[path] = ""
    else:
        sets[path] = value


def _preferences(row: Document) -> Preferences:
    choices = {
        (NotificationKind(kind), Channel(channel)): wanted
        for kind, channels in row.get("choices", {}).items()
        for channel, wanted in channels.items()
    }
    bounces = {
        Channel(channel): Bounce(one["address"], one["at"], one["answer"])
        for channel, one in row.get("bounces", {}).items()
    }
    return Preferences(
        member=row["_id"],
        choices=choices,
        quiet=QuietHours.read(*row["quiet"]) if "quiet" in row else None,
        unsubscribed=frozenset(Channel(channel) for channel in row.get("unsubscribed", {})),
        marketing=row.get("marketing"),
        balance=dict(row.get("balance", [])),
        bounces=bounces,
    )
