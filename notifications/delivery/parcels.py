"""What drivers carry: a delivery's words and address, as they are at the moment of sending."""

from collections.abc import Sequence

from domain.alerts.admit import address_of
from domain.alerts.channel import Channel
from domain.alerts.delivery import FORMER, Delivery, provider_id
from domain.alerts.digest import digest_of
from domain.alerts.route import zone_of
from domain.alerts.template import TemplateText
from domain.inbox.message import InboxRow
from notifications.channels.driver import Parcel
from notifications.delivery.facts import Facts
from notifications.delivery.stores import Rows, Stores
from notifications.words.say import language_of


async def parcels_of(stores: Stores, facts: Facts, deliveries: Sequence[Delivery]) -> list[Parcel]:
    """The parcels of what was just begun, in the same order; their `now` is put in as each is sent."""
    others = {(one.member, seq) for one in deliveries for seq in one.merged}
    rows: Rows = {**facts.rows, **await stores.inbox.get_many(others)} if others else facts.rows
    texts = await stores.texts()
    return [await _parcel(stores, facts, rows, texts, one) for one in deliveries]


async def _parcel(
    stores: Stores, facts: Facts, rows: Rows, texts: Sequence[TemplateText], delivery: Delivery
) -> Parcel:
    row, member = rows[delivery.member, delivery.seq], facts.members[delivery.member]
    message = row.message
    if told := _told(rows, delivery):
        zone = zone_of(member, facts.program)
        digest = digest_of([*told, row], facts.program, zone, stores.clock())
        message = stores.say(digest, member=member, program=facts.program, texts=texts)
    partner = delivery.channel is Channel.WEBHOOK
    return Parcel(
        id=provider_id(delivery.id),
        to=address_of(delivery, member, row, facts.known(delivery).device) or "",
        member=(member.external_id or member.id) if partner else member.id,
        notification=stores.id_of(row),
        seq=delivery.seq,
        kind=delivery.kind,
        title=message.title,
        body=message.body,
        locale=language_of(message.template, member=member, program=facts.program, texts=texts),
        created_at=message.created_at,
        expires_at=delivery.until,
        now=stores.clock(),
        data=message.data,
        urgent=delivery.urgent,
        unsubscribe=await _link(stores, delivery),
        program=facts.program.name,
    )


async def _link(stores: Stores, delivery: Delivery) -> str | None:
    """Where one click ends mails of this kind: for whom they are, and not for who reads an address of before."""
    if delivery.channel is not Channel.EMAIL or delivery.device == FORMER:
        return None
    link = await stores.unsubscribe(delivery.member)
    return f"{link}?kind={delivery.kind.value}" if link else None


def _told(rows: Rows, delivery: Delivery) -> list[InboxRow]:
    return [rows[delivery.member, seq] for seq in delivery.merged if (delivery.member, seq) in rows]
