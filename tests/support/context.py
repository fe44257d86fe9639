"""A whole `Context` over the servers of the test run."""

from collections.abc import Callable
from datetime import datetime

from cache.balances import Balances
from cache.boards import Boards
from cache.client import Cache
from cache.signals import Signals
from mongo.accounts import Accounts
from mongo.approvals import Approvals
from mongo.client import Database
from mongo.events import Events
from mongo.inbox import Inbox
from mongo.ledger import Ledger
from mongo.members import Members
from mongo.notes import Notes
from mongo.programs import Programs
from mongo.redemptions import Redemptions
from mongo.rewards import Rewards
from mongo.transactions import Transactions
from services.context import Context
from services.ledger.poster import Poster


def a_context(database: Database, cache: Cache, clock: Callable[[], datetime]) -> Context:
    """The context of one process, as the entry points make it."""
    ledger = Ledger(database)
    return Context(
        clock=clock,
        programs=Programs(database),
        members=Members(database),
        ledger=ledger,
        poster=Poster(ledger, Transactions(database.client), clock),
        events=Events(database),
        rewards=Rewards(database),
        redemptions=Redemptions(database),
        approvals=Approvals(database),
        notes=Notes(database),
        inbox=Inbox(database),
        accounts=Accounts(database),
        balances=Balances(cache),
        boards=Boards(cache),
        signals=Signals(cache),
    )
