"""What an address of a delivery must hold, and which redemptions need one."""

import re

from domain.program.rewards import Reward, RewardKind
from domain.refusals import Refused, invalid
from domain.rewards.redemption import Address

MAX_TEXT = 200
MAX_LINES = 5
_COUNTRY = re.compile(r"[A-Z]{2}")


def refuse_address(address: Address | None) -> Refused | None:
    """INVALID_INPUT for an address that nobody could deliver to; None is not looked at."""
    if address is None:
        return None
    if not 1 <= len(address.lines) <= MAX_LINES:
        return invalid(f"An address has 1 to {MAX_LINES} lines.", "address", "lines")
    if not _COUNTRY.fullmatch(address.country):
        return invalid("A country is named by its two letters, such as CH.", "address", "country")
    required = {"name": address.name, "city": address.city}
    optional = {"postalCode": address.postal_code, "region": address.region, "phone": address.phone}
    said = required | {name: text for name, text in optional.items() if text is not None}
    for name, text in (*said.items(), *(("lines", line) for line in address.lines)):
        if not (text.strip() and len(text) <= MAX_TEXT and text.isprintable()):
            return invalid(f"That is 1 to {MAX_TEXT} printable characters.", "address", name)
    return None


def refuse_delivery(reward: Reward, address: Address | None) -> Refused | None:
    """INVALID_INPUT where an address is missing, or is of no use: only goods go anywhere."""
    if address is None and reward.needs_address:
        return invalid(f"Say where {reward.title} should go.", "address")
    if address is not None and reward.kind is not RewardKind.GOODS:
        return invalid(f"{reward.title} is not sent anywhere: leave the address out.", "address")
    return None
