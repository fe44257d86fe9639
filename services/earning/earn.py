"""What one claimed event writes: an entry for each currency in which it gives or counts something."""

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.earning.award import award
from domain.earning.event import Event
from domain.earning.expiry import lot_date
from domain.earning.qualifying import qualifying
from domain.ledger.decide import earn
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.state import counted
from domain.program.program import Program
from domain.refusals import Refused
from domain.tiers.standing import mark_after, tier_at
from services.ledger.poster import Posted, Poster, Posting


@dataclass(frozen=True, slots=True)
class Earning:
    """A claimed event on its way into the ledger. `input` is the claim's; `at` is None for now.

    `fresh`: it was claimed just now, so nothing of it can stand in the ledger yet.
    """

    program: Program
    event: Event
    actor: Actor
    input: str
    at: datetime | None
    fresh: bool


async def earn_event(poster: Poster, earning: Earning) -> tuple[Entry, ...] | Refused:
    """Posts what the event gives; the entries that stand already for one that was posted before."""
    entries: list[Entry] = []
    for currency in currencies_of(earning.program, earning.event):
        outcome = await poster.post(_posting(earning, currency))
        if isinstance(outcome, Refused):
            return outcome
        if isinstance(outcome, Posted):
            entries.append(outcome.entry)
    return tuple(entries)


def currencies_of(program: Program, event: Event) -> list[str]:
    """The currencies in which the event can write: the default one first, since tiers count there."""
    ruled = [program.currency_code(rule.currency) for rule in program.earning if event.type in rule.on]
    return list(dict.fromkeys([program.default_currency.code, *ruled]))


def entry_key(event: Event, currency: str) -> str:
    """The ledger key of what an event wrote in a currency."""
    # No source has a "|" and no code a "#": two events never share a key.
    return f"event:{event.source}|{event.id}#{currency}"


def _posting(earning: Earning, currency: str) -> Posting:
    return Posting(
        member=earning.event.member,
        key=entry_key(earning.event, currency),
        input=earning.input,
        decide=lambda head, at: _decide(earning, currency, head, at),
        at=earning.at,
        fresh=earning.fresh,
    )


def _decide(earning: Earning, currency: str, head: Head, at: datetime) -> Draft | Refused | None:
    """Nothing to write when the event neither gives points of the currency nor counts for a tier."""
    program, event = earning.program, earning.event
    awards = award(program, event, tier=tier_at(program, head.after, event.occurred_at))
    given = next((one for one in awards if one.currency == currency), None)
    counts = qualifying(program, event, awards) if currency == program.default_currency.code else ()
    if given is None and not counts:
        return None
    changes = earn(
        head.after.account(currency),
        given.points if given else 0,
        expires_at=lot_date(program, event.occurred_at),
        qualifying=counts,
        tier=mark_after(program, counted(head.after, counts), at),
    )
    if isinstance(changes, Refused):
        return changes
    return Draft(
        key=entry_key(event, currency),
        input=earning.input,
        currency=currency,
        kind=EntryKind.EARN,
        changes=changes,
        actor=earning.actor,
        occurred_at=event.occurred_at,
        effective_at=at,
        reference=f"{event.source}/{event.id}",
        reason=event.type,
        lines=given.lines if given else (),
    )
