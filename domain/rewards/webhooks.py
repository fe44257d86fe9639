"""Signing what is sent to partners, as the Standard Webhooks specification 1.0.0 says, with a shared secret.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

PREFIX = "whsec_"
_LEAST, _MOST = 24, 64


@dataclass(frozen=True, slots=True)
class Door:
    """Where a partner is told, and the key that signs what they are told. The address may hold a secret, too."""

    url: str = field(repr=False)
    key: bytes = field(repr=False)


def door_name(partner: str) -> str:
    """What the settings of a partner are named by: its code in capitals, with underscores."""
    return partner.upper().replace("-", "_")


def read_secret(text: str) -> bytes:
    """The key in `whsec_<base64>`: 24 to 64 bytes. Raises ValueError for anything else, without repeating it."""
    encoded = text.removeprefix(PREFIX)
    try:
        key = b64decode(encoded, validate=True)
    except Error:
        key = b""
    if encoded == text or not _LEAST <= len(key) <= _MOST:
        raise ValueError(f"a secret is {PREFIX} and {_LEAST} to {_MOST} bytes in base64")
    return key


def signed_headers(key: bytes, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of one attempt at `at`; `id` is the same for all attempts and has no full stop."""
    seconds = str(int(at.timestamp()))
    mac = hmac.new(key, f"{id}.{seconds}.".encode() + body, sha256)
    return {
        "webhook-id": id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{b64encode(mac.digest()).decode()}",
    }
