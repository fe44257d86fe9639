"""The way of goods to the member."""

from datetime import datetime

import strawberry

from domain.rewards import redemption as domain


@strawberry.type(description="Where goods go. Its member, staff and services see it.")
class Address:
    """As the member gave it."""

    name: str
    lines: list[str]
    postal_code: str | None
    city: str
    region: str | None
    country: str
    phone: str | None


@strawberry.type
class Delivery:
    """What is known of it by now."""

    address: Address | None
    carrier: str | None
    tracking_number: str | None
    tracking_url: str | None
    shipped_at: datetime | None
    delivered_at: datetime | None


def delivery_of(row: domain.Delivery) -> Delivery:
    """As the API has it."""
    return Delivery(
        address=_address(row.address) if row.address else None,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
    )


def _address(row: domain.Address) -> Address:
    return Address(
        name=row.name,
        lines=list(row.lines),
        postal_code=row.postal_code,
        city=row.city,
        region=row.region,
        country=row.country,
        phone=row.phone,
    )
