"""Members: the only collection that knows who someone is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne
from pymongo.errors import BulkWriteError

from domain.members.change import ContactChange
from domain.members.lookup import LookupKey, LookupKind, MemberLookup
from domain.members.member import Member, MemberStatus, Profile
from domain.members.search import MemberCursor, MemberFilter, MemberPage
from mongo.client import Database, Document
from mongo.faults import duplicates_in, store
from mongo.member_documents import UNIQUE_FIELDS, document_of, member_of
from mongo.transactions import Session

_HAS_BIRTHDAY = {"birthDay": {"$exists": True}}
_NEWEST = [("joinedAt", DESCENDING), ("_id", DESCENDING)]
INDEXES = [
    IndexModel([("externalId", ASCENDING)], name="external_id", unique=True, sparse=True),
    IndexModel([("cardNumber", ASCENDING)], name="card_number", unique=True, sparse=True),
    IndexModel([("referralCode", ASCENDING)], name="referral_code", unique=True, sparse=True),
    IndexModel([("emailKey", ASCENDING)], name="email", unique=True, sparse=True),
    IndexModel([("profile.phone", ASCENDING)], name="phone", unique=True, sparse=True),
    IndexModel([("words", ASCENDING)], name="words"),
    IndexModel(_NEWEST, name="newest"),
    IndexModel([("status", ASCENDING), *_NEWEST], name="status_newest"),
    IndexModel([("tier", ASCENDING), *_NEWEST], name="tier_newest"),
    IndexModel(
        [("birthDay", ASCENDING), ("_id", ASCENDING)], name="birth_day", partialFilterExpression=_HAS_BIRTHDAY
    ),
    IndexModel([("joinDay", ASCENDING), ("_id", ASCENDING)], name="join_day"),
    IndexModel([("joining", ASCENDING)], name="joining", sparse=True),
    IndexModel([("referredBy", ASCENDING)], name="referred_by", sparse=True),
    IndexModel([("untold", ASCENDING)], name="untold", sparse=True),
]
_OF_PROFILE = ("profile", "emailKey", "birthDay", "words")
"""What of a document follows from the profile."""
_STORED_AS = {
    LookupKind.ID: "_id",
    LookupKind.EXTERNAL_ID: "externalId",
    LookupKind.EMAIL: "emailKey",
    LookupKind.PHONE: "profile.phone",
    LookupKind.CARD_NUMBER: "cardNumber",
}
# No character sorts behind it, so that a prefix is a plain range and no pattern of the caller's is ever run.
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class DuplicateField:
    """Another member has the same value in `name`, which is the API's: `externalId`, `email`, `phone`, ..."""

    name: str


@store
class Members:
    """The members of the programme."""

    def __init__(self, database: Database) -> None:
        self._members = database["members"]

    async def insert(self, member: Member) -> Member | DuplicateField:
        """Adds a member, or says which field another member has already."""
        return (await self.insert_many([member]))[0] or member

    async def insert_many(
        self, members: Sequence[Member], *, joining: datetime | None = None
    ) -> list[DuplicateField | None]:
        """Adds members in one unordered batch; for each None, or which field another member has already.

        By the answer a majority knows the members of that name, so that a lookup finds them. With `joining`, the
        time of now, they are noted as those of whose joining the rules have yet to hear. Raises StoreUnavailable
        when the outcome is unknown.
        """
        refused: list[DuplicateField | None] = [None] * len(members)
        if not members:
            return refused
        noted = {"joining": joining} if joining else {}
        try:
            await self._members.insert_many([document_of(member) | noted for member in members], ordered=False)
        except BulkWriteError as error:
            for failure in duplicates_in(error):
                refused[failure["index"]] = DuplicateField(_field_name(failure))
        return refused

    async def get(self, member: str, *, session: Session | None = None) -> Member | None:
        """The member of that id."""
        row = await self._members.find_one({"_id": member}, session=session)
        return member_of(row) if row else None

    async def change_profile(
        self, session: Session, member: Member, profile: Profile, *, news: Sequence[ContactChange] = ()
    ) -> Member | DuplicateField:
        """Gives a member who was read in this transaction another profile, and says which field is another's.

        `news`: what they are to be told of it; it stands until `told`.
        """
        after = replace(member, profile=profile)
        document = document_of(after)
        change: Document = {"$set": {name: document[name] for name in _OF_PROFILE if name in document}}
        if gone := {name: "" for name in _OF_PROFILE if name not in document}:
            change["$unset"] = gone
        if news:
            change["$push"] = {"untold": {"$each": [list(one) for one in news]}}
        for field, value in (("emailKey", document.get("emailKey")), ("profile.phone", profile.phone)):
            if value is not None and await self._is_others(session, member.id, field, value):
                return DuplicateField(UNIQUE_FIELDS[field])
        # Whoever takes it at this very moment is met by the index, and found when the work is done again.
        await self._members.update_one({"_id": member.id}, change, session=session)
        return after

    async def untold_of(self, member: str) -> list[ContactChange]:
        """What the member has yet to be told of changes of their profile."""
        row = await self._members.find_one({"_id": member}, {"untold": 1})
        return [ContactChange(*one) for one in row.get("untold", [])] if row else []

    async def untold(self, *, limit: int) -> list[tuple[Member, list[ContactChange]]]:
        """Members who have yet to be told of changes of their profile, and of which."""
        rows = await self._members.find({"untold": {"$exists": True}}, limit=limit).hint("untold").to_list(None)
        return [(member_of(row), [ContactChange(*one) for one in row["untold"]]) for row in rows]

    async def told(self, member: str, news: Sequence[ContactChange]) -> None:
        """Notes that they were told of these."""
        told = {"$pull": {"untold": {"$in": [list(one) for one in news]}}}
        await self._members.update_one({"_id": member}, told)
        await self._members.update_one({"_id": member, "untold": {"$size": 0}}, {"$unset": {"untold": ""}})

    async def get_many(self, ids: Iterable[str]) -> dict[str, Member]:
        """Members by id; absent ones are left out."""
        rows = await self._members.find({"_id": {"$in": list(ids)}}).to_list(None)
        return {row["_id"]: member_of(row) for row in rows}

    async def find(self, lookup: MemberLookup) -> Member | None:
        """The one member whom the lookup names."""
        return (await self.find_many([lookup]))[0]

    async def find_many(self, lookups: Sequence[MemberLookup]) -> list[Member | None]:
        """For each lookup its member or None; one query for each kind of lookup among them."""
        keys = [lookup.key for lookup in lookups]
        wanted: dict[LookupKind, set[str]] = {}
        for key in filter(None, keys):
            wanted.setdefault(key.kind, set()).add(key.value)
        found: dict[LookupKey, Member] = {}
        for kind, values in wanted.items():
            found |= await self._find_kind(kind, values)
        return [found.get(key) if key else None for key in keys]

    async def referrers(self, codes: Iterable[str]) -> dict[str, Member]:
        """The members who gave these referral codes, by code; unknown ones are left out."""
        wanted = list(codes)
        if not wanted:
            return {}
        rows = await self._members.find({"referralCode": {"$in": wanted}}).to_list(None)
        return {row["referralCode"]: member_of(row) for row in rows}

    async def refer(self, member: str, referrer: str, *, key: str, input: str) -> bool:
        """Says who brought a member, under the key and input of who said so; False, and nothing changed, when that
        was said before."""
        nobodys = {"_id": member, "referredBy": {"$exists": False}}
        said = {"referredBy": referrer, "referral": {"key": key, "input": input}}
        return (await self._members.update_one(nobodys, {"$set": said})).modified_count == 1

    async def refer_input(self, member: str, key: str) -> str | None:
        """The input under which it was said by that key who brought a member; None when it was not."""
        row = await self._members.find_one({"_id": member, "referral.key": key}, {"referral": 1})
        return row["referral"]["input"] if row else None

    async def referred(self, referrers: Iterable[str]) -> dict[str, int]:
        """How many members each of these has brought, whatever came of it; those who brought none are left out."""
        pipeline: list[Document] = [
            {"$match": {"referredBy": {"$in": list(referrers)}}},
            {"$group": {"_id": "$referredBy", "count": {"$sum": 1}}},
        ]
        rows = await self._members.aggregate(pipeline).to_list(None)
        return {row["_id"]: row["count"] for row in rows}

    async def joining(self, *, before: datetime, limit: int) -> list[tuple[Member, datetime]]:
        """Members who were added before then, and when, and of whose joining the rules have yet to hear."""
        rows = self._members.find({"joining": {"$lt": before}}, sort=[("joining", 1)], limit=limit)
        return [(member_of(row), row["joining"]) for row in await rows.to_list(None)]

    async def have_joined(self, members: Sequence[str]) -> None:
        """Notes that the rules have heard of their joining."""
        await self._members.update_many({"_id": {"$in": list(members)}}, {"$unset": {"joining": ""}})

    async def born_on(self, day: str, *, after: str, limit: int) -> list[Member]:
        """The next members behind the id `after` whose birthday is on a day of the year, such as 03-14."""
        return await self._on("birthDay", day, after=after, limit=limit)

    async def joined_on(self, day: str, *, after: str, limit: int) -> list[Member]:
        """The next members behind the id `after` who joined on a day of some year, in UTC."""
        return await self._on("joinDay", day, after=after, limit=limit)

    async def search(
        self, terms: Sequence[str], wanted: MemberFilter, *, first: int, after: MemberCursor | None = None
    ) -> MemberPage:
        """Members of whom every term begins a word, newest joined first; at most `first` of them.

        `terms` are folded (`domain.members.search.search_terms`); none means all members.
        """
        clauses = _clauses(terms, wanted)
        if after:
            clauses += _behind(after)
        rows = self._members.find(_all_of(clauses), sort=_NEWEST, limit=first + 1)
        members = [member_of(row) for row in await rows.to_list(None)]
        return MemberPage(tuple(members[:first]), len(members) > first)

    async def count(self, terms: Sequence[str], wanted: MemberFilter) -> int:
        """How many members `search` would list on all its pages; exact."""
        return await self._members.count_documents(_all_of(_clauses(terms, wanted)))

    async def ids(self, *, after: str | None, limit: int) -> list[str]:
        """The next ids behind `after`, in their order, whatever the members' status."""
        query: Document = {"_id": {"$gt": after}} if after else {}
        rows = self._members.find(query, {"_id": 1}, sort=[("_id", 1)], limit=limit)
        return [row["_id"] for row in await rows.to_list(None)]

    async def page(self, *, after: str, limit: int) -> list[Member]:
        """The next members behind the id `after`, in the order of ids, whatever their status."""
        rows = self._members.find({"_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit)
        return [member_of(row) for row in await rows.to_list(None)]

    async def sample(self, start: str, count: int) -> list[Member]:
        """At most so many active members from the id `start` on, and then from the first: ids are random, so these
        are as chance will have it where `start` is."""
        behind = await self._active({"$gte": start}, count)
        return behind + await self._active({"$lt": start}, count - len(behind)) if len(behind) < count else behind

    async def about_how_many(self) -> int:
        """How many there are, whatever their status, without counting."""
        return await self._members.estimated_document_count()

    async def set_tiers(self, tiers: Iterable[tuple[str, int, str | None]]) -> int:
        """Copies (member, sequence of the entry that says so, tier code or None) beside the members.

        Any order and any number of times: an older sequence changes nothing. Answers how many it changed.
        """
        updates = [_tier_update(*tier) for tier in tiers]
        if not updates:
            return 0
        return (await self._members.bulk_write(updates, ordered=False)).modified_count

    async def _active(self, ids: Document, limit: int) -> list[Member]:
        query = {"_id": ids, "status": MemberStatus.ACTIVE.value}
        # By ids, of which a few are read, and not by status, which most have.
        rows = self._members.find(query, sort=[("_id", 1)], limit=limit).hint([("_id", 1)])
        return [member_of(row) for row in await rows.to_list(None)]

    async def _is_others(self, session: Session, member: str, field: str, value: str) -> bool:
        others = {field: value, "_id": {"$ne": member}}
        return await self._members.find_one(others, {"_id": 1}, session=session) is not None

    async def _on(self, field: str, day: str, *, after: str, limit: int) -> list[Member]:
        rows = self._members.find({field: day, "_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit)
        return [member_of(row) for row in await rows.to_list(None)]

    async def _find_kind(self, kind: LookupKind, values: set[str]) -> dict[LookupKey, Member]:
        field = _STORED_AS[kind]
        rows = await self._members.find({field: {"$in": list(values)}}).to_list(None)
        return {LookupKey(kind, _value_at(row, field)): member_of(row) for row in rows}


def _field_name(failure: Any) -> str:
    return UNIQUE_FIELDS[next(iter(failure["keyPattern"]))]


def _value_at(row: Document, path: str) -> str:
    value: Any = row
    for name in path.split("."):
        value = value[name]
    return str(value)


def _all_of(clauses: list[Document]) -> Document:
    return {"$and": clauses} if clauses else {}


def _clauses(terms: Sequence[str], wanted: MemberFilter) -> list[Document]:
    clauses: list[Document] = [{"words": {"$elemMatch": {"$gte": term, "$lt": term + _LAST}}} for term in terms]
    if wanted.status:
        clauses.append({"status": wanted.status.value})
    if wanted.tiers:
        clauses.append({"tier": {"$in": list(wanted.tiers)}})
    if wanted.joined_after:
        clauses.append({"joinedAt": {"$gte": wanted.joined_after}})
    if wanted.joined_before:
        clauses.append({"joinedAt": {"$lt": wanted.joined_before}})
    return clauses


def _behind(cursor: MemberCursor) -> list[Document]:
    # The first clause bounds the index; the second breaks ties.
    joined_at, member = cursor
    return [
        {"joinedAt": {"$lte": joined_at}},
        {"$or": [{"joinedAt": {"$lt": joined_at}}, {"_id": {"$lt": member}}]},
    ]


def _tier_update(member: str, seq: int, tier: str | None) -> UpdateOne:
    change: Document = {"$set": {"tierSeq": seq}}
    if tier is None:
        change["$unset"] = {"tier": ""}
    else:
        change["$set"]["tier"] = tier
    return UpdateOne({"_id": member, "tierSeq": {"$not": {"$gte": seq}}}, change)
