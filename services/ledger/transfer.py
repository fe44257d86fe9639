"""The two postings of a transfer."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.actors import Actor
from domain.earning.posting.expiry import idle_after
from domain.ledger.canonical import input_hash
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.state import Account, Changes
from domain.ledger.transfers import SendLimits, receive, send
from domain.members.member import Member, MemberStatus
from domain.program.program import Program
from domain.refusals import Code, Refused, invalid
from domain.time import day_start
from services.ledger.poster import Posting


@dataclass(frozen=True, slots=True)
class Transfer:
    """Points of `member` on their way, all that they are decided by at hand.

    `sender` and `receiver` may be refusals: they are not said before it is known what stands under the key.
    `correlation` is a random id that both entries have.
    """

    program: Program
    actor: Actor
    member: str
    points: int
    currency: str
    note: str | None
    key: str
    correlation: str
    sender: Member | Refused
    receiver: Member | Refused

    def out(self) -> Posting:
        """What leaves. Its input is known by whom the lookup named: what it says of them is personal."""
        to = "" if isinstance(self.receiver, Refused) else self.receiver.id
        input = input_hash("transfer", to, self.points, self.currency, self.note)

        def decide(head: Head, at: datetime) -> Draft | Refused:
            # The sender's own case comes first: who has no points to send does not learn who is a member.
            sent = self._sent(head, at)
            if isinstance(sent, Refused):
                return sent
            refusal = _refuse_receiver(self.receiver, self.member)
            return refusal or self._draft(EntryKind.TRANSFER_OUT, sent, at, key=self.key, input=input)

        return Posting(self.member, self.key, input, decide)

    def answer(self, out: Entry) -> Posting:
        """What arrives of the sender's entry."""
        if isinstance(self.receiver, Refused):
            raise RuntimeError("points left for nobody")
        key = received_key(out)

        def decide(head: Head, at: datetime) -> Draft | Refused:
            account = head.after.account(out.currency)
            received = receive(account, out.changes.lots, idle=idle_after(self.program, account, at))
            if isinstance(received, Refused):
                # What the receiver has is not the sender's to know.
                return Refused(received.code, "This member cannot receive so many points.", ("to",))
            draft = self._draft(EntryKind.TRANSFER_IN, received, at, key=key, input=out.input)
            return replace(draft, correlation=out.correlation, reference=out.reference)

        return Posting(self.receiver.id, key, out.input, decide)

    def _sent(self, head: Head, at: datetime) -> Changes | Refused:
        if isinstance(self.sender, Refused):
            return replace(self.sender, path=())  # the token names the sender, and no field of the input
        rules = self.program.transfers
        if rules is None:
            return Refused(Code.NOT_AVAILABLE_NOW, "Members of this programme cannot send points to each other.")
        account: Account = head.after.account(self.currency)
        day = at.astimezone(self.program.zone).date()
        return send(
            account,
            self.points,
            SendLimits(rules.min, rules.per_transfer, rules.per_day, rules.in_all),
            day=day.isoformat(),
            next_day=day_start(day + timedelta(days=1), self.program.zone),
            idle=idle_after(self.program, account, at),
        )

    def _draft(self, kind: EntryKind, changes: Changes, at: datetime, *, key: str, input: str) -> Draft:
        return Draft(
            key=key,
            input=input,
            currency=self.currency,
            kind=kind,
            changes=changes,
            actor=self.actor,
            occurred_at=at,
            effective_at=at,
            reference=f"transfer/{self.correlation}",
            correlation=self.correlation,
        )


def received_key(out: Entry) -> str:
    """The key under which arrives what the sender's entry sent."""
    return f"in:{out.member}:{out.key}"


def _refuse_receiver(receiver: Member | Refused, sender: str) -> Refused | None:
    if isinstance(receiver, Refused):
        return receiver
    if receiver.id == sender:
        return invalid("Points cannot be sent to oneself.", "to")
    if receiver.status is not MemberStatus.ACTIVE:
        return Refused(Code.MEMBER_NOT_ACTIVE, "This member cannot receive points now.", ("to",))
    return None
