"""Devices: a member's own to register, everybody's to be seen by staff."""

from datetime import datetime

import strawberry

from domain.alerts import device as domain
from domain.alerts.device import DevicePlatform
from domain.refusals import Refused
from resolvers.context import Info, RequestContext
from resolvers.ids import global_id
from resolvers.permissions import SignedInMember
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.alerts.register_device import register_device, unregister_device


@strawberry.type
class Device:
    """Where alerts are pushed to. Its token is shown to nobody."""

    id: strawberry.ID
    platform: DevicePlatform
    registered_at: datetime
    seen_at: datetime


@strawberry.input
class RegisterDeviceInput:
    """`token`: as the system gives it to the app; of WEB the browser's PushSubscription as JSON."""

    platform: DevicePlatform
    token: str


@strawberry.type
class RegisterDevicePayload:
    """Whether it can be pushed to, or why not."""

    registered: bool = False
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.input
class UnregisterDeviceInput:
    """The token that it was registered with."""

    token: str


@strawberry.type
class UnregisterDevicePayload:
    """Whether it was the member's."""

    unregistered: bool
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class DeviceMutation:
    """Holds the mutations."""

    @strawberry.mutation(extensions=[SignedInMember()])
    async def register_device(self, info: Info, input: RegisterDeviceInput) -> RegisterDevicePayload | None:
        """Makes it the member's own, whoever had it before; call it at each start of the app. At most 20."""
        context = info.context
        member = str(context.identity.member_id)
        outcome = await register_device(context.services, member, input.platform, input.token)
        if isinstance(outcome, Refused):
            return RegisterDevicePayload(errors=[user_error(outcome)])
        return RegisterDevicePayload(registered=True)

    @strawberry.mutation(extensions=[SignedInMember()])
    async def unregister_device(self, info: Info, input: UnregisterDeviceInput) -> UnregisterDevicePayload | None:
        """Nothing more is pushed to it: call it at signing out."""
        context = info.context
        member = str(context.identity.member_id)
        return UnregisterDevicePayload(unregistered=await unregister_device(context.services, member, input.token))


async def devices_of(context: RequestContext, member: str) -> list[Device]:
    """What the member can be pushed to, the one seen last first."""
    found = await context.services.devices.of_members([member])
    return [_device(one) for one in found.get(member, ())]


def _device(row: domain.Device) -> Device:
    return Device(
        id=global_id("Device", row.id),
        platform=row.platform,
        registered_at=row.registered_at,
        seen_at=row.seen_at,
    )
