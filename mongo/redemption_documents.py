"""The stored form of redemptions. What there is nothing of has no field."""

from decimal import Decimal
from typing import Any

from domain.rewards.codes import bare
from domain.rewards.redemption import (
    Address,
    Cancelled,
    Delivery,
    Handled,
    LimitUse,
    Redemption,
    RedemptionStatus,
    Voucher,
    VoucherUse,
)
from mongo.client import Document


def document_of(redemption: Redemption) -> Document:
    """The whole of it, as it is inserted."""
    document: Document = {
        "_id": redemption.id,
        "member": redemption.member,
        "reward": redemption.reward,
        "quantity": redemption.quantity,
        "points": redemption.points,
        "status": redemption.status.value,
        "seq": redemption.sequence,
        "key": redemption.key,
        "createdAt": redemption.created_at,
        "updatedAt": redemption.updated_at,
        "revision": redemption.revision,
    }
    rare: Document = {
        "vouchers": [voucher_document(voucher) for voucher in redemption.vouchers],
        "returned": redemption.returned,
        "variant": redemption.variant,
        "endless": redemption.endless,
        "copay": None if redemption.copay is None else str(redemption.copay),
        "captured": redemption.captured,
        "guards": list(redemption.guards),
        "reviewUntil": redemption.review_until,
        "limits": [{"id": use.id, "count": use.count} for use in redemption.limits],
        "delivery": delivery_document(redemption.delivery) if redemption.delivery else None,
        "untold": list(redemption.untold),
        "handled": [[one.key, one.input] for one in redemption.handled],
        "cancelled": cancelled_document(redemption.cancelled) if redemption.cancelled else None,
    }
    return document | {name: value for name, value in rare.items() if value}


def redemption_of(row: Document) -> Redemption:
    """The inverse."""
    delivery, cancelled = row.get("delivery"), row.get("cancelled")
    return Redemption(
        id=row["_id"],
        member=row["member"],
        reward=row["reward"],
        quantity=row["quantity"],
        points=row["points"],
        status=RedemptionStatus(row["status"]),
        sequence=row["seq"],
        key=row["key"],
        created_at=row["createdAt"],
        updated_at=row["updatedAt"],
        vouchers=tuple(map(voucher_of, row.get("vouchers", ()))),
        returned=row.get("returned", 0),
        variant=row.get("variant"),
        endless=row.get("endless", False),
        copay=_decimal(row.get("copay")),
        captured=row.get("captured"),
        guards=tuple(row.get("guards", ())),
        review_until=row.get("reviewUntil"),
        limits=tuple(LimitUse(use["id"], use["count"]) for use in row.get("limits", ())),
        delivery=delivery_of(delivery) if delivery else None,
        untold=tuple(row.get("untold", ())),
        revision=row.get("revision", 0),
        cancelled=cancelled_of(cancelled) if cancelled else None,
        handled=tuple(Handled(*pair) for pair in row.get("handled", ())),
    )


def voucher_document(voucher: Voucher) -> Document:
    """A voucher within its redemption; `usedAt` is always there, as queries ask for it, and `bare` is unique."""
    document: Document = {
        "code": voucher.code,
        "bare": bare(voucher.code),
        "expiresAt": voucher.expires_at,
        "usedAt": voucher.used_at,
    }
    if voucher.value is not None:
        document["value"] = str(voucher.value)
    if voucher.uses:
        document["uses"] = [use_document(use) for use in voucher.uses]
    if voucher.void_at is not None:
        document["voidAt"] = voucher.void_at
    return document


def voucher_of(row: Document) -> Voucher:
    """The inverse."""
    return Voucher(
        code=row["code"],
        expires_at=row["expiresAt"],
        used_at=row["usedAt"],
        value=_decimal(row.get("value")),
        uses=tuple(map(use_of, row.get("uses", ()))),
        void_at=row.get("voidAt"),
    )


def use_document(use: VoucherUse) -> Document:
    """A use within its voucher."""
    document: Document = {"store": use.store, "till": use.till, "receipt": use.receipt, "at": use.at}
    return document if use.amount is None else document | {"amount": str(use.amount)}


def use_of(row: Document) -> VoucherUse:
    """The inverse."""
    return VoucherUse(row["store"], row["till"], row["receipt"], row["at"], _decimal(row.get("amount")))


def cancelled_document(cancelled: Cancelled) -> Document:
    """What a cancellation gave back."""
    document: Document = {
        "seq": cancelled.sequence,
        "points": cancelled.points,
        "extended": cancelled.extended,
        "lost": cancelled.lost,
        "extendedUntil": cancelled.extended_until,
    }
    return {name: value for name, value in document.items() if value is not None}


def cancelled_of(row: Document) -> Cancelled:
    """The inverse."""
    return Cancelled(row["seq"], row["points"], row["extended"], row["lost"], row.get("extendedUntil"))


def delivery_document(delivery: Delivery) -> Document:
    """The way of goods, with the address under a name of its own, so that it can be erased alone."""
    address = delivery.address
    document: Document = {
        "address": address_document(address) if address else None,
        "carrier": delivery.carrier,
        "trackingNumber": delivery.tracking_number,
        "trackingUrl": delivery.tracking_url,
        "shippedAt": delivery.shipped_at,
        "deliveredAt": delivery.delivered_at,
    }
    return {name: value for name, value in document.items() if value is not None}


def delivery_of(row: Document) -> Delivery:
    """The inverse."""
    address = row.get("address")
    return Delivery(
        address=address_of(address) if address else None,
        carrier=row.get("carrier"),
        tracking_number=row.get("trackingNumber"),
        tracking_url=row.get("trackingUrl"),
        shipped_at=row.get("shippedAt"),
        delivered_at=row.get("deliveredAt"),
    )


def address_document(address: Address) -> Document:
    """An address."""
    document: Document = {
        "name": address.name,
        "lines": list(address.lines),
        "city": address.city,
        "country": address.country,
        "postalCode": address.postal_code,
        "region": address.region,
        "phone": address.phone,
    }
    return {name: value for name, value in document.items() if value is not None}


def address_of(row: Document) -> Address:
    """The inverse."""
    return Address(
        name=row["name"],
        lines=tuple(row["lines"]),
        city=row["city"],
        country=row["country"],
        postal_code=row.get("postalCode"),
        region=row.get("region"),
        phone=row.get("phone"),
    )


def _decimal(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)
