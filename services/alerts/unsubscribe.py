"""A click in a mail ends such mails, or has them again, without signing in: the link itself says who it is."""

from dataclasses import dataclass

from domain.alerts.channel import Channel
from domain.alerts.route import wanted
from domain.inbox.message import NotificationKind
from services.context import Context


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What stands behind a link: the member's language, the programme's name, and whether mail of the kind that
    the link is about, or any mail where it names none, still comes."""

    locale: str
    program: str
    wanted: bool


async def read_subscription_of(context: Context, token: str, kind: NotificationKind | None) -> Subscribed | None:
    """What the link says now; None for a link of nobody's. It changes nothing."""
    member = await context.preferences.member_of(token)
    found = await context.members.get(member) if member else None
    if member is None or found is None:
        return None
    program = await context.programs.current()
    preferences = (await context.preferences.of_members([member]))[member]
    any_mail = Channel.EMAIL not in preferences.unsubscribed
    comes = any_mail if kind is None else wanted(kind, Channel.EMAIL, preferences, program)
    return Subscribed(found.profile.locale, program.name, comes)


async def unsubscribe(context: Context, token: str, kind: NotificationKind | None) -> Subscribed | None:
    """Ends mail of a kind, or (None) all of it. None for a link of nobody's. Twice is once."""
    member = await context.preferences.member_of(token)
    if member is None:
        return None
    await context.preferences.unsubscribe(member, kind=kind)
    return await read_subscription_of(context, token, kind)


async def resubscribe(context: Context, token: str, kind: NotificationKind | None) -> Subscribed | None:
    """Takes it back: there is e-mail again, of the kind, too, or (None) of the kinds that were wanted before.

    Consent to announcements is given in the app alone. None for a link of nobody's. Twice is once."""
    member = await context.preferences.member_of(token)
    if member is None:
        return None
    await context.preferences.change(
        member,
        choices={(kind, Channel.EMAIL): True} if kind else None,
        unsubscribed={Channel.EMAIL: False},
    )
    return await read_subscription_of(context, token, kind)
