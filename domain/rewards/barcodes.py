"""What a voucher's barcode holds."""

import re
from urllib.parse import quote

from domain.program.rewards import Barcode

MAX_PAYLOAD = 500
_PLACE = "{code}"
_WEB_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def payload_flaw(barcode: Barcode, payload: str) -> str | None:
    """What is wrong with a payload, if anything: not one place for the code, or what its barcode cannot hold."""
    if payload.count(_PLACE) != 1:
        return f"must have {_PLACE} in it, once"
    if len(payload) > MAX_PAYLOAD:
        return f"must have at most {MAX_PAYLOAD} characters, has {len(payload)}"
    if barcode is Barcode.CODE_128 and not payload.isascii():
        return f"must be of the characters of ASCII, which is all that {barcode} holds, is {payload!r}"
    return None


def payload_of(payload: str, code: str) -> str:
    """The text that a scanner reads; inside of an address the code is quoted as addresses demand."""
    return payload.replace(_PLACE, quote(code, safe="") if _WEB_ADDRESS.match(payload) else code)
