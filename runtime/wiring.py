"""Puts a process together: connections, repositories and the poster, opened and closed in order."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from cache.balances import Balances
from cache.boards import Boards
from cache.client import Cache
from cache.client import connect as connect_cache
from cache.signals import Signals
from domain.alerts.subscription import WebPushOffer
from domain.ledger.entry import Entry
from domain.time import whole_ms
from mongo.accounts import Accounts
from mongo.announcements import Announcements
from mongo.approvals import Approvals
from mongo.budgets import Budgets
from mongo.client import Database, open_database
from mongo.client import connect as connect_mongo
from mongo.companions import CompanionCounts
from mongo.deliveries import Deliveries
from mongo.delivery_counts import DeliveryCounts
from mongo.devices import Devices
from mongo.drafts import Drafts
from mongo.events import Events
from mongo.favourites import Favourites
from mongo.fingerprints import Fingerprints
from mongo.goals import Goals
from mongo.inbox import Inbox
from mongo.ledger import Ledger
from mongo.members import Members
from mongo.migrate import REVISION, revision
from mongo.notes import Notes
from mongo.partner_orders import PartnerOrders
from mongo.payments import Payments
from mongo.pools import Pools
from mongo.preferences import MemberPreferences
from mongo.programs import Programs
from mongo.redemptions import Redemptions
from mongo.restocks import Restocks
from mongo.rewards import Rewards
from mongo.simulations import Simulations
from mongo.templates import Templates
from mongo.totals import ProgrammeTotals
from mongo.transactions import Transactions
from notifications.plan_redemption import plan_redemption
from notifications.plan_security import plan_security
from notifications.words.say import say
from notifications.words.workshop import Workshop
from runtime.faults import NotConnected, WrongRevision
from runtime.pace import keep_pace
from runtime.settings import Settings
from services.context import Context
from services.earning.rooms import Rooms
from services.earning.rule_failures import RuleFailures
from services.gathered import GatheredReads
from services.ledger.poster import Poster, Told
from services.ledger.read_states import encode_head
from services.rewards.shelves import Shelves

_NO_WEB_PUSH = WebPushOffer()
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class House:
    """One process's connections, and the context over them. `cache` is for its state, not for use."""

    database: Database
    cache: Cache
    context: Context


def system_clock() -> datetime:
    """Now, in UTC and whole milliseconds."""
    return whole_ms(datetime.now(UTC))


def build_context(
    database: Database,
    cache: Cache,
    clock: Clock = system_clock,
    *,
    cached: bool = True,
    web_push: WebPushOffer = _NO_WEB_PUSH,
) -> Context:
    """The context over open connections. `cached`: what is posted is written to Redis before its caller hears.

    Without it Redis only hears that what it has is old, which a bulk load prefers; the followers bring the rest.
    """
    ledger, balances = Ledger(database), Balances(cache)
    transactions, rewards = Transactions(database.client), Rewards(database)
    members, inbox = Members(database), Inbox(database)
    told = write_through(balances) if cached else outdate(balances)
    return Context(
        clock=clock,
        programs=Programs(database, clock=clock),
        drafts=Drafts(database),
        simulations=Simulations(database),
        members=members,
        ledger=ledger,
        poster=Poster(ledger, transactions, clock, told=told),
        rooms=Rooms(Budgets(database)),
        failures=RuleFailures(),
        events=Events(database),
        fingerprints=Fingerprints(database),
        rewards=rewards,
        restocks=Restocks(database),
        gathered=GatheredReads(members, rewards, inbox),
        shelves=Shelves(rewards),
        favourites=Favourites(database),
        goals=Goals(database),
        companions=CompanionCounts(database),
        redemptions=Redemptions(database),
        partner_orders=PartnerOrders(database),
        redemption_news=plan_redemption,
        pools=Pools(database),
        payments=Payments(database),
        approvals=Approvals(database),
        notes=Notes(database),
        inbox=inbox,
        deliveries=Deliveries(database),
        delivery_counts=DeliveryCounts(database),
        devices=Devices(database),
        preferences=MemberPreferences(database),
        web_push=web_push,
        security_news=plan_security,
        say=say,
        templates=Templates(database),
        announcements=Announcements(database),
        workshop=Workshop(),
        accounts=Accounts(database),
        totals=ProgrammeTotals(database),
        balances=balances,
        boards=Boards(cache),
        signals=Signals(cache),
        transactions=transactions,
    )


def write_through(balances: Balances) -> Told:
    """Puts the newest state of each member into Redis; what cannot arrive is remembered there, never raised."""

    async def told(entries: Sequence[Entry]) -> None:
        newest = {entry.member: entry for entry in sorted(entries, key=lambda entry: entry.seq)}
        await balances.put_many([encode_head(entry) for entry in newest.values()])

    return told


def outdate(balances: Balances) -> Told:
    """Tells Redis that the members have gone on, so that nobody is served what was before."""

    async def told(entries: Sequence[Entry]) -> None:
        newest = {entry.member: entry.seq for entry in sorted(entries, key=lambda entry: entry.seq)}
        await balances.outdate_many(list(newest.items()))

    return told


@asynccontextmanager
async def open_house(
    settings: Settings, *, cached: bool = True, clock: Clock = system_clock
) -> AsyncIterator[House]:
    """Everything open within the block; on leaving it, batches in flight are finished first.

    Raises NotConnected without both addresses, WrongRevision for a database of another build, and
    StoreUnavailable when MongoDB does not answer. Redis may be away.
    """
    async with open_stores(settings) as (database, cache):
        await require_revision(database)
        keep_pace()
        context = build_context(database, cache, clock, cached=cached, web_push=_web_push(settings))
        try:
            yield House(database, cache, context)
        finally:
            await context.poster.close()
            await context.signals.aclose()


def _web_push(settings: Settings) -> WebPushOffer:
    if settings.channels.web_push is None:
        return _NO_WEB_PUSH
    from runtime.web_push_key import web_push_offer  # what it needs takes a while to load

    return web_push_offer(settings)


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[tuple[Database, Cache]]:
    """The bare connections, whatever revision the database has: for migrations and for looking.

    Raises NotConnected for an address that is missing or is none.
    """
    if not settings.mongodb_uri or not settings.redis_url:
        missing = "REDIS_URL" if settings.mongodb_uri else "MONGODB_URI"
        raise NotConnected(f"{missing} is not set: name the server, or start everything with `regulars run`.")
    with _naming("MONGODB_URI"):
        client = connect_mongo(settings.mongodb_uri)
    try:
        with _naming("REDIS_URL"):
            cache = await connect_cache(settings.redis_url)
        try:
            yield open_database(client, settings.mongodb_database), cache
        finally:
            await cache.aclose()
    finally:
        client.close()


@contextmanager
def _naming(variable: str) -> Iterator[None]:
    """Says which address cannot be read, and not what it is: it may hold a password."""
    try:
        yield
    except ValueError as fault:
        raise NotConnected(
            f"{variable} is no address that can be used: see how host, port and options are written, and that "
            "`:`, `/` and `@` in a password are percent-encoded."
        ) from fault


async def require_revision(database: Database) -> None:
    """Raises WrongRevision unless the database has the revision that this build was written for."""
    found = await revision(database)
    if found < REVISION:
        raise WrongRevision(
            f"The database {database.name} has revision {found} and this build needs {REVISION}: "
            "run `regulars migrate` first."
        )
    if found > REVISION:
        raise WrongRevision(
            f"The database {database.name} has revision {found}, which is newer than this build's {REVISION}: "
            "deploy the newer build; `regulars migrate` never goes back."
        )
