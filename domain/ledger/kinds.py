"""The kinds of entry."""

from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry did. The names are the API's."""

    EARN = "EARN"
    PENDING = "PENDING"
    RELEASE = "RELEASE"
    REDEEM = "REDEEM"
    EXPIRE = "EXPIRE"
    ADJUST = "ADJUST"
    TRANSFER_IN = "TRANSFER_IN"
    TRANSFER_OUT = "TRANSFER_OUT"
    HOLD = "HOLD"
    CAPTURE = "CAPTURE"
    VOID = "VOID"
    REVERSE = "REVERSE"
    EXTEND = "EXTEND"
    REINSTATE = "REINSTATE"
    TIER = "TIER"
