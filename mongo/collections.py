"""Every collection and every index, in one place: a query without an index here is a defect."""

from pymongo import IndexModel

from mongo import accounts, approvals, events, inbox, leases, ledger, members, redemptions, rewards

INDEXES: dict[str, list[IndexModel]] = {
    "entries": ledger.INDEXES,
    "events": events.INDEXES,
    "members": members.INDEXES,
    "accounts": accounts.INDEXES,
    "rewards": rewards.INDEXES,
    "redemptions": redemptions.INDEXES,
    "approvals": approvals.INDEXES,
    "inbox": inbox.INDEXES,
    "leases": leases.INDEXES,
    "checkpoints": [],
    "notes": [],
    "programs": [],
    "meta": [],
}
