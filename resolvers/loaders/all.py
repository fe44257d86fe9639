"""All loaders of one request."""

from functools import cached_property

from strawberry.dataloader import DataLoader

from resolvers.loaders import approvals, entries, inbox_rows, members, redemptions, rewards, states
from resolvers.loaders.inbox import InboxLoader
from services.context import Context


class Loaders:
    """Each made when it is first asked for. They keep what they loaded: one answer is one look at the world."""

    def __init__(self, services: Context) -> None:
        self._services = services

    @cached_property
    def states(self) -> DataLoader[states.Key, states.Result]:
        """The settled state of a member now."""
        return states.loader(self._services)

    @cached_property
    def members(self) -> DataLoader[members.Key, members.Result]:
        """A member by raw id."""
        return members.loader(self._services)

    @cached_property
    def entries(self) -> DataLoader[entries.Key, entries.Result]:
        """An entry by member and sequence."""
        return entries.loader(self._services)

    @cached_property
    def redemptions(self) -> DataLoader[redemptions.Key, redemptions.Result]:
        """A redemption by raw id."""
        return redemptions.loader(self._services)

    @cached_property
    def rewards(self) -> DataLoader[rewards.Key, rewards.Result]:
        """A reward by code, with what is left of it."""
        return rewards.loader(self._services)

    @cached_property
    def inbox_rows(self) -> DataLoader[inbox_rows.Key, inbox_rows.Result]:
        """A message by member and sequence."""
        return inbox_rows.loader(self._services)

    @cached_property
    def inbox(self) -> InboxLoader:
        """Pages of a member's messages, and how many they have not read."""
        return InboxLoader(self._services)

    @cached_property
    def approvals(self) -> DataLoader[approvals.Key, approvals.Result]:
        """A request for approval by raw id."""
        return approvals.loader(self._services)
