"""What a member wants to be told, where, and when not."""

from datetime import datetime

import strawberry

from domain.actors import Role
from domain.alerts.admit import quiet_hours
from domain.alerts.change_preferences import OWN_CHANNELS, ChangePreferences, Choice
from domain.alerts.channel import Channel
from domain.alerts.preferences import Preferences
from domain.alerts.route import wanted
from domain.inbox.message import NotificationKind
from domain.program.program import Program
from domain.refusals import Refused, not_found
from resolvers.context import Info, RequestContext
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.permissions import STAFF, Having
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.alerts.update_preferences import update_preferences


@strawberry.type
class ChannelChoice:
    """A kind of alert on a channel: whether it is wanted, and whether the member has said so themself."""

    kind: NotificationKind
    channel: Channel
    wanted: bool
    chosen: bool


@strawberry.type
class QuietHours:
    """Times of day in the member's zone, such as 22:00; the end may be on the next day."""

    begins: str
    ends: str


@strawberry.type
class BalanceAlert:
    """An amount of points that the member wants to hear of reaching."""

    currency: str
    points: int


@strawberry.type
class NotificationPreferences:
    """What holds now. The inbox has every message, whatever is said here.

    `quietHours`: when no telephone rings; null: there are none. `unsubscribed`: channels on which nothing is sent.
    `marketing`: since when they agree to announcements by e-mail and SMS. `bounced`: channels whose address has
    turned out to reach nobody.
    """

    choices: list[ChannelChoice]
    quiet_hours: QuietHours | None
    unsubscribed: list[Channel]
    marketing: datetime | None
    balance_alerts: list[BalanceAlert]
    bounced: list[Channel]


@strawberry.input
class ChannelChoiceInput:
    """`wanted` null: as the programme has it."""

    kind: NotificationKind
    channel: Channel
    wanted: bool | None = ABSENT


@strawberry.input
class QuietHoursInput:
    """Two times of day such as 22:00 and 07:30; equal ones mean never."""

    begins: str
    ends: str


@strawberry.input
class BalanceAlertInput:
    """The default currency when none is named."""

    points: int
    currency: str | None = ABSENT


@strawberry.input
class UpdatePreferencesInput:
    """What is left out stays. `memberId`: for staff. `quietHours`: one's own; `defaultQuietHours`: the programme's
    again. `balanceAlerts`: all that there are to be."""

    member_id: strawberry.ID | None = ABSENT
    choices: list[ChannelChoiceInput] | None = ABSENT
    quiet_hours: QuietHoursInput | None = ABSENT
    default_quiet_hours: bool = False
    unsubscribe: list[Channel] | None = ABSENT
    resubscribe: list[Channel] | None = ABSENT
    marketing: bool | None = ABSENT
    balance_alerts: list[BalanceAlertInput] | None = ABSENT


@strawberry.type
class UpdatePreferencesPayload:
    """All preferences as they are now, or why nothing was changed."""

    preferences: NotificationPreferences | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class PreferencesMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.MEMBER, STAFF)])
    async def update_preferences(
        self, info: Info, input: UpdatePreferencesInput
    ) -> UpdatePreferencesPayload | None:
        """The member's own, or (staff) anybody's."""
        context = info.context
        member = member_meant(context, given(input.member_id))
        if member is None:
            return UpdatePreferencesPayload(errors=[user_error(not_found("There is no such member.", "memberId"))])
        command = _command(member, input)
        outcome = await update_preferences(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return UpdatePreferencesPayload(errors=[user_error(outcome)])
        return UpdatePreferencesPayload(preferences=await _shown(outcome, context))


def member_meant(context: RequestContext, id: strawberry.ID | None) -> str | None:
    """The raw id of whoever a command is about: the one named, or else the one who asks; None for nobody."""
    return key_of("Member", id) if id is not None else context.identity.member_id


async def preferences_of(context: RequestContext, member: str) -> NotificationPreferences:
    """The member's preferences as they hold."""
    return await _shown((await context.services.preferences.of_members([member]))[member], context)


def _command(member: str, input: UpdatePreferencesInput) -> ChangePreferences:
    quiet, amounts = given(input.quiet_hours), given(input.balance_alerts)
    return ChangePreferences(
        member=member,
        choices=[Choice(one.kind, one.channel, given(one.wanted)) for one in given(input.choices) or ()],
        quiet=(quiet.begins, quiet.ends) if quiet else None,
        default_quiet=input.default_quiet_hours,
        unsubscribe=given(input.unsubscribe) or (),
        resubscribe=given(input.resubscribe) or (),
        marketing=given(input.marketing),
        balance=None if amounts is None else [(given(one.currency), one.points) for one in amounts],
    )


async def _shown(preferences: Preferences, context: RequestContext) -> NotificationPreferences:
    program = context.program
    return NotificationPreferences(
        choices=[
            ChannelChoice(
                kind=kind,
                channel=channel,
                wanted=wanted(kind, channel, preferences, program),
                chosen=(kind, channel) in preferences.choices,
            )
            for kind in NotificationKind
            for channel in OWN_CHANNELS
        ],
        quiet_hours=_quiet(preferences, program),
        unsubscribed=sorted(preferences.unsubscribed),
        marketing=preferences.marketing,
        balance_alerts=[
            BalanceAlert(currency=code, points=points) for code, points in preferences.balance.items()
        ],
        bounced=await _bounced(preferences, context),
    )


def _quiet(preferences: Preferences, program: Program) -> QuietHours | None:
    hours = quiet_hours(preferences, program)
    if hours is None or hours.begins == hours.ends:
        return None
    return QuietHours(begins=f"{hours.begins:%H:%M}", ends=f"{hours.ends:%H:%M}")


async def _bounced(preferences: Preferences, context: RequestContext) -> list[Channel]:
    """Those whose address is still the one that mail or messages came back from."""
    if not preferences.bounces:
        return []
    member = await context.loaders.members.load(preferences.member)
    if member is None:
        return []
    now = {Channel.EMAIL: member.profile.email, Channel.SMS: member.profile.phone}
    return sorted(channel for channel, one in preferences.bounces.items() if one.address == now.get(channel))
