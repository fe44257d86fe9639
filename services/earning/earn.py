"""What one claimed event writes: an entry for each currency in which it gives or counts something."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.actors import Actor
from domain.earning.award import award
from domain.earning.event import Event
from domain.earning.expiry import idle_after, lot_date
from domain.earning.judgement import Award
from domain.earning.qualifying import qualifying
from domain.earning.waiting import releases_at, waits
from domain.ledger.decide import Qualifying, earn, earn_later
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Pending
from domain.ledger.state import Changes, counted
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

    @property
    def reference(self) -> str:
        """How entries name the event."""
        return f"{self.event.source}/{self.event.id}"


async def earn_event(poster: Poster, earning: Earning) -> tuple[Entry, ...] | Refused:
    """Posts what the event gives; the entries that stand already for one that was posted before."""
    entries: list[Entry] = []
    awards: tuple[Award, ...] | None = None
    for currency in currencies_of(earning.program, earning.event):
        decision = _Decision(earning, currency, awards)
        outcome = await poster.post(_posting(decision))
        if isinstance(outcome, Refused):
            return outcome
        if isinstance(outcome, Posted):
            entries.append(outcome.entry)
        awards = decision.awards
    return tuple(entries)


def currencies_of(program: Program, event: Event) -> list[str]:
    """The currencies in which the event can write: the default one first, since tiers count there."""
    ruled = [program.currency_code(rule.currency) for rule in program.earning if event.type in rule.on]
    return list(dict.fromkeys([program.default_currency.code, *ruled]))


def entry_key(event: Event, currency: str) -> str:
    """The ledger key of what an event wrote in a currency."""
    # No code has a "#": two events never share a key.
    return f"event:{event.claim_id}#{currency}"


@dataclass(slots=True)
class _Decision:
    """What the event writes in one currency.

    `judged` are its awards in all currencies by the tier of before it, when an earlier currency's decision has
    found them: then what it counts there does not change what it gives here. `awards` is what this one found.
    """

    earning: Earning
    currency: str
    judged: tuple[Award, ...] | None
    awards: tuple[Award, ...] | None = field(init=False)

    def __post_init__(self) -> None:
        self.awards = self.judged

    def __call__(self, head: Head, at: datetime) -> Draft | Refused | None:
        """Nothing to write when the event neither gives points of the currency nor counts for a tier."""
        earning, program, event = self.earning, self.earning.program, self.earning.event
        self.awards = self.judged
        if self.awards is None:
            self.awards = award(program, event, tier=tier_at(program, head.after, event.occurred_at))
        given = next((one for one in self.awards if one.currency == self.currency), None)
        counts = qualifying(program, event, self.awards) if self.currency == program.default_currency.code else ()
        if given is None and not counts:
            return None
        kind, changes = self._changes(head, at, given.points if given else 0, counts)
        if isinstance(changes, Refused):
            return changes
        return Draft(
            key=entry_key(event, self.currency),
            input=earning.input,
            currency=self.currency,
            kind=kind,
            changes=changes,
            actor=earning.actor,
            occurred_at=event.occurred_at,
            effective_at=at,
            reference=earning.reference,
            reason=event.type,
            lines=given.lines if given else (),
        )

    def _changes(
        self, head: Head, at: datetime, points: int, counts: Qualifying
    ) -> tuple[EntryKind, Changes | Refused]:
        program, event = self.earning.program, self.earning.event
        account = head.after.account(self.currency)
        expires = lot_date(program, event.occurred_at, account)
        tier = mark_after(program, counted(head.after, counts), at)
        idle = idle_after(program, account, at)
        released = releases_at(program, event)
        if points and waits(program, event) and (released is None or released > at):
            part = Pending(released, expires, points)
            changes = earn_later(account, part, qualifying=counts, tier=tier, idle=idle)
            return EntryKind.PENDING, changes
        # What waited long enough before it was heard of can be spent at once.
        changes = earn(account, points, expires_at=expires, qualifying=counts, tier=tier, idle=idle)
        return EntryKind.EARN, changes


def _posting(decision: _Decision) -> Posting:
    earning = decision.earning
    return Posting(
        member=earning.event.member,
        key=entry_key(earning.event, decision.currency),
        input=earning.input,
        decide=decision,
        at=earning.at,
        fresh=earning.fresh,
    )
