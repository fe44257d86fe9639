"""What a member is told when their balance reaches an amount: the programme's or their own."""

from collections.abc import Mapping
from datetime import datetime

from domain.inbox.message import Message, NotificationKind, entry_subject
from domain.ledger.entry import Entry
from domain.ledger.settle import settle
from domain.program.program import Program


def plan_balance(entry: Entry, program: Program, *, own: Mapping[str, int], now: datetime) -> Message | None:
    """The message of the highest amount that this entry has brought the balance to; None when it reached none.

    `own`: the member's amounts by currency. The balance before the entry is the one after it less its points.
    """
    currency = program.currency(entry.currency)
    if currency is None or entry.points <= 0:
        return None
    after = settle(entry.after, entry.effective_at).account(entry.currency).available
    ours = [one for one in program.alerts.balance if program.currency_code(one.currency) == entry.currency]
    amounts = [one.points for one in ours]
    amounts += [own[entry.currency]] if entry.currency in own else []
    reached = max((amount for amount in amounts if after - entry.points < amount <= after), default=None)
    if reached is None:
        return None
    return Message(
        member=entry.member,
        key=f"entry:{entry.seq}:balance:{reached}",
        kind=NotificationKind.POINTS_CHANGED,
        template="balance_reached",
        values={"points": reached, "currency": currency.name, "balance": after},
        created_at=now,
        data={"news": "BALANCE_REACHED", "points": reached, "balance": after, "currency": entry.currency},
        subject=entry_subject(entry.member, entry.seq),
    )
