"""What a file can hold, and how it can be written."""

from enum import StrEnum


class Kind(StrEnum):
    """What the rows of a file are."""

    EVENTS = "events"
    MEMBERS = "members"


class Format(StrEnum):
    """How a file is written."""

    NDJSON = "ndjson"
    CSV = "csv"
