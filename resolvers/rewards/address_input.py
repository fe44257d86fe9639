"""Where goods go, as a member says it."""

import strawberry

from domain.rewards.redemption import Address
from resolvers.given import ABSENT, given


@strawberry.input(description="country: its two letters, such as CH. lines: street and number, 1 to 5 of them.")
class AddressInput:
    """An address."""

    name: str
    lines: list[str]
    city: str
    country: str
    postal_code: str | None = ABSENT
    region: str | None = ABSENT
    phone: str | None = ABSENT


def address_in(input: AddressInput | None) -> Address | None:
    """The address that is said, if one is."""
    if input is None:
        return None
    return Address(
        name=input.name,
        lines=tuple(input.lines),
        city=input.city,
        country=input.country,
        postal_code=given(input.postal_code),
        region=given(input.region),
        phone=given(input.phone),
    )
