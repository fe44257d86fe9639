"""What of alerts is a member's own: devices and preferences."""

import strawberry

from domain.members import member as domain
from resolvers.alerts.device import Device, devices_of
from resolvers.alerts.preferences import NotificationPreferences, preferences_of
from resolvers.context import Info
from resolvers.permissions import STAFF, OwnerOr


@strawberry.type
class MemberAlerts:
    """Those fields of a member."""

    row: strawberry.Private[domain.Member]

    @strawberry.field(extensions=[OwnerOr(STAFF)], description="The one seen last first.")
    async def devices(self, info: Info) -> list[Device] | None:
        """Where they are pushed to."""
        return await devices_of(info.context, self.row.id)

    @strawberry.field(extensions=[OwnerOr(STAFF)])
    async def preferences(self, info: Info) -> NotificationPreferences | None:
        """What they want to be told, where, and when not."""
        return await preferences_of(info.context, self.row.id)
