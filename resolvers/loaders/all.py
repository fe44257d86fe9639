"""All loaders of one request."""

from functools import cached_property, partial

from strawberry.dataloader import DataLoader

from domain.alerts.delivery import Delivery
from domain.inbox.message import InboxRow
from domain.ledger.entry import Entry
from domain.members.member import Member
from domain.program.rewards import Reward
from domain.rewards.goal import Goal
from domain.rewards.redemption import Redemption
from domain.support.approval import Approval
from resolvers.loaders import states
from resolvers.loaders.by_key import by_key
from resolvers.loaders.inbox import InboxLoader
from resolvers.loaders.traces import TraceLoader
from services.context import Context
from services.engagement.challenge_rewards import ChallengeRewards, challenge_rewards
from services.rewards.read_rewards import read_rewards


class Loaders:
    """Each made when it is first asked for. They keep what they loaded: one answer is one look at the world."""

    def __init__(self, services: Context) -> None:
        self._services = services

    @cached_property
    def states(self) -> DataLoader[states.Key, states.Result]:
        """The settled state of a member now."""
        return states.loader(self._services)

    @cached_property
    def members(self) -> DataLoader[str, Member | None]:
        """A member by raw id."""
        return by_key(self._services.members.get_many)

    @cached_property
    def entries(self) -> DataLoader[tuple[str, int], Entry | None]:
        """An entry by member and sequence."""
        return by_key(self._services.ledger.get_many)

    @cached_property
    def notes(self) -> DataLoader[tuple[str, str], str | None]:
        """What somebody wrote beside an entry or a request, by member and key."""
        return by_key(self._services.notes.get_many)

    @cached_property
    def following(self) -> DataLoader[tuple[str, int], list[Entry] | None]:
        """The entries that reverse, release, capture or void one, by member and sequence; None: there is none."""
        return by_key(self._services.ledger.reversing)

    @cached_property
    def traces(self) -> TraceLoader:
        """A member's points followed from the first entry on."""
        return TraceLoader(self._services)

    @cached_property
    def redemptions(self) -> DataLoader[str, Redemption | None]:
        """A redemption by raw id."""
        return by_key(self._services.redemptions.get_many)

    @cached_property
    def challenge_rewards(self) -> DataLoader[str, dict[str, ChallengeRewards]]:
        """What a member was given for challenges, by challenge."""

        async def load(members: list[str]) -> list[dict[str, ChallengeRewards]]:
            found = await challenge_rewards(self._services, members)
            return [found[member] for member in members]

        return DataLoader(load)

    @cached_property
    def referred(self) -> DataLoader[str, int | None]:
        """How many members were enrolled with a member's code; None: nobody."""
        return by_key(self._services.members.referred)

    @cached_property
    def rewards(self) -> DataLoader[str, Reward | None]:
        """A reward by code, those no longer listed too, with what is left of it."""
        return by_key(partial(read_rewards, self._services))

    @cached_property
    def favourites(self) -> DataLoader[str, frozenset[str] | None]:
        """The codes of what a member has marked; None: nothing."""
        return by_key(self._services.favourites.of_members)

    @cached_property
    def goals(self) -> DataLoader[str, Goal | None]:
        """What a member saves for; None: nothing."""
        return by_key(self._services.goals.of_members)

    @cached_property
    def limits(self) -> DataLoader[str, int | None]:
        """What was used of a reward's limit, by the id of what counts it; None: nothing ever was."""
        return by_key(self._services.rooms.used)

    @cached_property
    def spent_pools(self) -> DataLoader[str, bool]:
        """Whether a pool has no codes to give."""

        async def load(pools: list[str]) -> list[bool]:
            spent = await self._services.pools.spent(pools, self._services.clock())
            return [pool in spent for pool in pools]

        return DataLoader(load)

    @cached_property
    def inbox_rows(self) -> DataLoader[tuple[str, int], InboxRow | None]:
        """A message by member and sequence."""
        return by_key(self._services.inbox.get_many)

    @cached_property
    def deliveries(self) -> DataLoader[tuple[str, int], list[Delivery] | None]:
        """The deliveries of a message, by member and sequence."""
        return by_key(self._services.deliveries.of_messages)

    @cached_property
    def inbox(self) -> InboxLoader:
        """Pages of a member's messages, and how many they have not read."""
        return InboxLoader(self._services)

    @cached_property
    def approvals(self) -> DataLoader[str, Approval | None]:
        """A request for approval by raw id."""
        return by_key(self._services.approvals.get_many)
