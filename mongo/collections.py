"""Every collection and every index, in one place: a query without an index here is a defect."""

from pymongo import IndexModel

from mongo.accounts import INDEXES as ACCOUNTS
from mongo.announcements import INDEXES as ANNOUNCEMENTS
from mongo.approvals import INDEXES as APPROVALS
from mongo.companions import INDEXES as COMPANIONS
from mongo.deliveries import INDEXES as DELIVERIES
from mongo.devices import INDEXES as DEVICES
from mongo.drafts import INDEXES as DRAFTS
from mongo.events import INDEXES as EVENTS
from mongo.favourites import INDEXES as FAVOURITES
from mongo.goals import INDEXES as GOALS
from mongo.inbox import INDEXES as INBOX
from mongo.ledger import INDEXES as LEDGER
from mongo.members import INDEXES as MEMBERS
from mongo.partner_orders import INDEXES as PARTNER_ORDERS
from mongo.payments import INDEXES as PAYMENTS
from mongo.pools import INDEXES as POOLS
from mongo.preferences import INDEXES as PREFERENCES
from mongo.redemptions import INDEXES as REDEMPTIONS
from mongo.restocks import INDEXES as RESTOCKS
from mongo.rewards import INDEXES as REWARDS
from mongo.simulations import INDEXES as SIMULATIONS

INDEXES: dict[str, list[IndexModel]] = {
    "entries": LEDGER,
    "events": EVENTS,
    "members": MEMBERS,
    "accounts": ACCOUNTS,
    "totals": [],
    "rewards": REWARDS,
    "restocks": RESTOCKS,
    "favourites": FAVOURITES,
    "goals": GOALS,
    "companions": COMPANIONS,
    "redemptions": REDEMPTIONS,
    "pool_codes": POOLS,
    "payments": PAYMENTS,
    "partner_orders": PARTNER_ORDERS,
    "approvals": APPROVALS,
    "budgets": [],
    "fingerprints": [],
    "inbox": INBOX,
    "devices": DEVICES,
    "preferences": PREFERENCES,
    "templates": [],
    "announcements": ANNOUNCEMENTS,
    "deliveries": DELIVERIES,
    "delivery_counts": [],
    "leases": [],
    "checkpoints": [],
    "imports": [],
    "verifications": [],
    "notes": [],
    "simulations": SIMULATIONS,
    "programs": [],
    "drafts": DRAFTS,
    "meta": [],
}
