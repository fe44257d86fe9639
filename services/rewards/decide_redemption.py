"""How a redemption is decided upon a head: its price, whether it may be, and whether it waits for staff."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.actors import Actor
from domain.earning.facts.circumstances import Person
from domain.earning.posting.expiry import idle_after
from domain.ledger.decide import redeem
from domain.ledger.entry import Draft, Head
from domain.ledger.holds import hold
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide
from domain.ledger.state import Account, Changes
from domain.program.program import Program
from domain.program.rewards import Reward
from domain.refusals import Code, Refused
from domain.rewards.address import refuse_delivery
from domain.rewards.availability import availability, refuse_variant
from domain.rewards.eyes import Eyes
from domain.rewards.guards import HISTORY, Recent, ask_history, redemption_facts, review_of
from domain.rewards.limits import bounds_of
from domain.rewards.prices import Quoted
from domain.rewards.redemption import reference_of
from services.context import Context
from services.rewards.failures import say_failures
from services.rewards.issue_reward import Issue, no_such_reward


@dataclass(slots=True)
class Redeeming:
    """One redemption on its way. `refusal`: why the member may have nothing; `person` is None then, too."""

    context: Context
    program: Program
    actor: Actor
    issue: Issue
    expected_points: int | None
    refusal: Refused | None
    person: Person | None
    member: str
    key: str
    input: str
    _before: Sequence[Recent] = field(default=())
    # Whoever does not say which is not let by for that.
    _new_device: bool = True
    _said: set[str] = field(default_factory=set)

    async def prepare(self, head: Head) -> Decide:
        """Reads what guards ask of the member's redemptions and devices: of entries up to the head, and exact."""
        context, device = self.context, self.issue.device
        if ask_history(self.program):
            since = context.clock() - HISTORY
            found = await context.redemptions.recent(self.member, since)
            self._before = [one for one in found if one.sequence <= head.seq]
        if device is not None:
            seen = (await context.fingerprints.get_many([self.member])).get(self.member)
            self._new_device = seen is None or device not in seen.devices
        return self.decide

    def decide(self, head: Head, at: datetime) -> Draft | Refused:
        """The entry that takes the points, or sets them aside; the issue has what goes with it then."""
        reward, person = self.issue.reward, self.person
        if self.refusal is not None or person is None:
            return self.refusal or no_such_reward()
        if reward is None:
            return no_such_reward()
        eyes = Eyes(self.program, self.member, head.after, person, at)
        price = self._price(reward, eyes)
        if isinstance(price, Refused):
            return price
        self._fill_in(reward, eyes, price)
        changes = self._changes(reward, head, at, price.cost)
        return changes if isinstance(changes, Refused) else self._draft(reward, changes, at)

    def _price(self, reward: Reward, eyes: Eyes) -> Quoted | Refused:
        """The price of all pieces, unless something stands against it."""
        issue = self.issue
        refusal = refuse_variant(reward, issue.variant)
        refusal = refusal or refuse_delivery(reward, issue.delivery.address if issue.delivery else None)
        if refusal:
            return refusal
        found = availability(reward, eyes, quantity=issue.quantity, variant=issue.variant)
        self._say_failures(eyes)
        price = found.price.times(issue.quantity)
        if self.expected_points not in (None, price.cost):
            message = f"The price is {price.cost} points now: show it to the member and ask again."
            return Refused(Code.PRICE_CHANGED, message, ("expectedPoints",))
        return found.refusals[0] if found.refusals else price

    def _fill_in(self, reward: Reward, eyes: Eyes, price: Quoted) -> None:
        issue = self.issue
        issue.copay = price.copay
        issue.bounds = bounds_of(self.program, reward, self.member, eyes.at)
        issue.review = None
        if not self.program.guards:
            return
        facts = redemption_facts(
            reward,
            self.program.money,
            points=price.cost,
            quantity=issue.quantity,
            before=self._before,
            at=eyes.at,
            new_device=self._new_device,
        )
        issue.review = review_of(eyes, facts)
        self._say_failures(eyes)

    def _say_failures(self, eyes: Eyes) -> None:
        """Each once, though it may be decided on several times."""
        eyes.failures = {part: reason for part, reason in eyes.failures.items() if part not in self._said}
        self._said |= eyes.failures.keys()
        say_failures(self.context, eyes)

    def _changes(self, reward: Reward, head: Head, at: datetime, points: int) -> Changes | Refused:
        account: Account = head.after.account(self.program.currency_code(reward.currency))
        if self.issue.review is not None:
            return hold(account, points, until=self.issue.review.until)
        return redeem(account, points, idle=idle_after(self.program, account, at))

    def _draft(self, reward: Reward, changes: Changes, at: datetime) -> Draft:
        return Draft(
            key=self.key,
            input=self.input,
            currency=self.program.currency_code(reward.currency),
            kind=EntryKind.REDEEM if self.issue.review is None else EntryKind.HOLD,
            changes=changes,
            actor=self.actor,
            occurred_at=at,
            effective_at=at,
            reference=reference_of(self.issue.id),
            reason=reward.code,
        )
