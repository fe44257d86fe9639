"""Whoever looks at rewards: what prices and conditions ask of a member, each asked once for a whole page."""

from collections.abc import Iterable
from datetime import date, datetime

from domain.earning.facts.circumstances import Person
from domain.earning.facts.lazily import Lazily
from domain.engagement.sight import at_a_glance
from domain.ledger.state import State
from domain.program.levels import Tier
from domain.program.program import Program
from domain.program.rewards import Reward, Sale
from domain.rules import Failed


class Eyes:
    """One member at one moment. `state` is settled. Of one thread, and of one version of the programme.

    `failures`: what failed, such as "reward:mug", with the reason; whoever made the eyes says so.
    """

    def __init__(self, program: Program, member: str, state: State, person: Person, at: datetime) -> None:
        self.program = program
        self.member = member
        self.state = state
        self.at = at
        self.known = at_a_glance(program, state, person, at)
        self.failures: dict[str, str] = {}

    @property
    def tier(self) -> Tier:
        """The tier they hold."""
        return self.known.circumstances.tier

    @property
    def rank(self) -> int:
        """Its rank; 0 is the lowest."""
        return self.known.plan.ranks[self.tier.code]

    @property
    def day(self) -> date:
        """The day in the programme's zone."""
        return self.known.day

    def available(self, currency: str) -> int:
        """The points that they may spend."""
        return self.state.account(currency).available

    def are_any_of(self, tiers: Iterable[str], segments: Iterable[str]) -> bool:
        """Whether they hold one of these tiers or are in one of these segments; when none is named, all are."""
        tiers, segments = tuple(tiers), tuple(segments)
        if not tiers and not segments:
            return True
        return self.tier.code in tiers or any(self.known.in_segment(code) is True for code in segments)

    def meet(self, reward: Reward) -> bool:
        """Whether the reward's own condition holds of them; where it cannot be told it does not."""
        if reward.when is None:
            return True
        answer = self.known.ask(self.known.plan.of_member(reward.when))
        if isinstance(answer, Failed):
            self.failures[f"reward:{reward.code}"] = answer.reason
        return answer is True

    @Lazily
    def sales(self) -> tuple[Sale, ...]:
        """The sales that are on for them now, those that take off most first."""
        on = [sale for sale in self.program.sales if self._is_on(sale)]
        return tuple(sorted(on, key=lambda sale: -sale.percent_off))

    def _is_on(self, sale: Sale) -> bool:
        if not is_within(sale.starts, sale.ends, self.at):
            return False
        if sale.calendar is not None and self.day not in self.known.plan.calendars.get(sale.calendar, ()):
            return False
        return self.are_any_of(sale.tiers, sale.segments)


def is_within(starts: datetime | None, ends: datetime | None, at: datetime) -> bool:
    """Whether a moment is between two others, the first included; None is no bound."""
    return (starts is None or starts <= at) and (ends is None or at < ends)
