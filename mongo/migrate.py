"""Brings a database to what this build needs. Safe to run twice, and by several at once."""

from contextlib import suppress

from pymongo.errors import CollectionInvalid, OperationFailure

from mongo.client import Database, Document
from mongo.collections import INDEXES
from mongo.faults import StoreFault, translating
from mongo.fingerprints import Fingerprints
from mongo.totals import ProgrammeTotals

REVISION = 10
"""2: accounts are found by whatever time does to them next, and are counted in the programme's totals.
3: the lifetime board goes by awards less those taken back; every account is projected anew.
4: members are found by the days of the year on which they were born and joined.
5: events are read in the order in which they happened.
6: a redemption has a list of vouchers.
7: vouchers are found by their codes without case, blanks and dashes.
8: what a reward was stands in its row as one part; the catalog is looked through in memory, by no index.
9: there are payments with points, goals of members and changes of stock.
10: there are devices, preferences, deliveries, announcements and texts of staff's own.
"""
_META = {"_id": "schema"}
_WISH_LISTS_ARE_TOLD = 10
_PROJECTED_ANEW = 3
"""The last revision with which accounts are projected otherwise."""


@translating
async def migrate(database: Database) -> list[str]:
    """Creates collections and indexes and stamps the revision; the names of the collections it made.

    Raises StoreFault when the database was made by a newer build.
    """
    found = await revision(database)
    if found > REVISION:
        raise StoreFault(f"the database has revision {found}, this build knows {REVISION}: deploy the newer build")
    present = set(await database.list_collection_names())
    made = [name for name in INDEXES if name not in present]
    for name in made:
        await _create(database, name)
    await _drop_index(database, "accounts", "due")
    for name, indexes in INDEXES.items():
        if indexes:
            await database[name].create_indexes(indexes)
    # Another index keeps codes apart, as people type them.
    for name in ("featured", "cost", "cost_down", "newest"):
        await _drop_index(database, "rewards", name)
    await _drop_index(database, "redemptions", "voucher_code")
    await _drop_index(database, "redemptions", "vouchers_code")
    # Its filter knew no tiers.
    await _drop_index(database, "entries", "member_rare_kinds")
    if found < REVISION:
        await _fill_days(database)
        await _list_vouchers(database)
        await _bare_codes(database)
        await _keep_content(database)
    if found < _WISH_LISTS_ARE_TOLD:
        await database["favourites"].update_many({}, {"$set": {"notToldLow": True}})
    if found < _PROJECTED_ANEW:
        await ProgrammeTotals(database).begin_once(_PROJECTED_ANEW)
    await Fingerprints(database).prepare()
    await database["meta"].update_one(_META, {"$max": {"revision": REVISION}}, upsert=True)
    return made


@translating
async def revision(database: Database) -> int:
    """The revision stamped on the database; 0 when there is none."""
    row = await database["meta"].find_one(_META)
    return int(row["revision"]) if row else 0


async def _create(database: Database, name: str) -> None:
    # Explicitly, since a collection cannot be born inside a transaction that others join.
    with suppress(CollectionInvalid):  # another process made it in between
        await database.create_collection(name)


async def _fill_days(database: Database) -> None:
    """Gives members the days of the year that `mongo.member_documents` gives those who are added."""
    born = {"$substrBytes": ["$profile.birthday", 5, 5]}
    joined = {"$dateToString": {"date": "$joinedAt", "format": "%m-%d"}}
    members = database["members"]
    await members.update_many({"joinDay": {"$exists": False}}, [{"$set": {"joinDay": joined}}])
    unknown = {"birthDay": {"$exists": False}, "profile.birthday": {"$exists": True}}
    await members.update_many(unknown, [{"$set": {"birthDay": born}}])


async def _list_vouchers(database: Database) -> None:
    """Makes a list of the one voucher that a redemption could have."""
    move: list[Document] = [{"$set": {"vouchers": ["$voucher"]}}, {"$unset": "voucher"}]
    await database["redemptions"].update_many({"voucher": {"$exists": True}}, move)


async def _bare_codes(database: Database) -> None:
    """Gives vouchers the codes by which they are found. Those of before have letters, digits and dashes only."""
    code = {"$toUpper": {"$replaceAll": {"input": "$$voucher.code", "find": "-", "replacement": ""}}}
    each = {"$mergeObjects": ["$$voucher", {"bare": code}]}
    listed = {"$map": {"input": "$vouchers", "as": "voucher", "in": each}}
    without = {"vouchers": {"$elemMatch": {"code": {"$exists": True}, "bare": {"$exists": False}}}}
    await database["redemptions"].update_many(without, [{"$set": {"vouchers": listed}}])


async def _drop_index(database: Database, collection: str, name: str) -> None:
    """Drops an index that no query of this build goes by."""
    if name in await database[collection].index_information():
        with suppress(OperationFailure):  # another process dropped it in between
            await database[collection].drop_index(name)


async def _keep_content(database: Database) -> None:
    """Makes one part of the columns that a reward had, in the plain form of `domain.program.plain`."""
    kept = {
        part: f"${part}"
        for part in ("title", "kind", "cost", "description", "categories", "currency", "copay", "stock")
    }
    kept |= {"image_url": "$imageUrl", "min_tier": "$minTier", "voucher_days": "$voucherDays"}
    moments = {"available_from": "$availableFrom", "available_until": "$availableUntil"}
    texts = {
        part: {"$dateToString": {"date": moment, "format": "%Y-%m-%dT%H:%M:%S.%L+00:00"}}
        for part, moment in moments.items()
    }
    columns = ["rank", "words", *(name[1:] for name in (*kept.values(), *moments.values()) if name != "$stock")]
    move: list[Document] = [{"$set": {"content": {"code": "$_id", **kept, **texts}}}, {"$unset": columns}]
    await database["rewards"].update_many({"content": {"$exists": False}, "title": {"$exists": True}}, move)
