"""The in-app inbox: messages a member can read, gapless from 1 a member, each under a stable key."""

from pymongo import ASCENDING, DESCENDING, IndexModel

INDEXES = [
    IndexModel([("member", ASCENDING), ("seq", DESCENDING)], name="member_sequence", unique=True),
    IndexModel([("member", ASCENDING), ("key", ASCENDING)], name="member_key", unique=True),
    IndexModel(
        [("member", ASCENDING), ("unread", ASCENDING), ("seq", DESCENDING)],
        name="unread",
        partialFilterExpression={"unread": True},
    ),
]
