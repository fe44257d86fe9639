"""Leases: which worker does what, with a fencing number that grows at each change of hands."""

from pymongo import IndexModel

INDEXES: list[IndexModel] = []
