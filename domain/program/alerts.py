"""What a programme decides about alerts: which go where, when none ring, how many, and what is put together."""

from dataclasses import dataclass

from domain.alerts.channel import Channel
from domain.inbox.message import NotificationKind


@dataclass(frozen=True, slots=True)
class Route:
    """Where a kind of alert goes unless the member chooses otherwise; the inbox has every one."""

    kind: NotificationKind
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class AlertCap:
    """At most so many alerts a member on a channel within any `hours`; urgent ones count, and none is left out."""

    channel: Channel
    most: int
    hours: int = 24


@dataclass(frozen=True, slots=True)
class Digest:
    """What is earned within `minutes` of an alert of it waits until they are over, and is told in one."""

    minutes: int = 60


@dataclass(frozen=True, slots=True)
class Escalation:
    """An alert of these kinds that was pushed and not read within `hours` is sent by `to`, too."""

    kinds: tuple[NotificationKind, ...]
    hours: int = 24
    to: Channel = Channel.EMAIL


@dataclass(frozen=True, slots=True)
class BalanceAlert:
    """Members are told when their balance reaches `points`. `currency` None: the default one."""

    points: int
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class AlertHook:
    """A partner whose server is told of alerts of these kinds, signed; no kinds: of all."""

    partner: str
    kinds: tuple[NotificationKind, ...] = ()


_DEFAULT_ROUTES = (
    Route(NotificationKind.POINTS_CHANGED, (Channel.PUSH,)),
    Route(NotificationKind.POINTS_EXPIRING, (Channel.PUSH, Channel.EMAIL)),
    Route(NotificationKind.POINTS_EXPIRED, (Channel.PUSH,)),
    Route(NotificationKind.TIER_CHANGED, (Channel.PUSH, Channel.EMAIL)),
    Route(NotificationKind.TIER_AT_RISK, (Channel.PUSH, Channel.EMAIL)),
    Route(NotificationKind.REWARD_WITHIN_REACH, (Channel.PUSH,)),
    Route(NotificationKind.REDEMPTION_UPDATED, (Channel.PUSH, Channel.EMAIL)),
    Route(NotificationKind.ANNOUNCEMENT, (Channel.PUSH,)),
    Route(NotificationKind.SECURITY, (Channel.PUSH, Channel.EMAIL)),
)


@dataclass(frozen=True, slots=True)
class Alerts:
    """All of it. `routes` stand in for the defaults, kind by kind. `quiet_hours`: when no telephone rings, in each
    member's own zone unless they choose other hours; the end not included, and it may be on the next day.
    `tier_at_risk_days`: so many days before a tier ends that is not kept yet its member is told.
    `challenge_percent`: progress of a challenge is told at these parts of its goal. `birthday`: whether
    members are congratulated.
    """

    routes: tuple[Route, ...] = ()
    quiet_hours: str | None = "21:00-08:00"
    caps: tuple[AlertCap, ...] = (AlertCap(Channel.PUSH, 10), AlertCap(Channel.EMAIL, 5), AlertCap(Channel.SMS, 3))
    digest: Digest | None = Digest()
    escalation: Escalation | None = None
    balance: tuple[BalanceAlert, ...] = ()
    tier_at_risk_days: tuple[int, ...] = (30, 7)
    challenge_percent: tuple[int, ...] = (50,)
    birthday: bool = True
    webhooks: tuple[AlertHook, ...] = ()

    def channels(self, kind: NotificationKind) -> tuple[Channel, ...]:
        """Where a kind goes by default."""
        routes = {route.kind: route.channels for route in (*_DEFAULT_ROUTES, *self.routes)}
        return routes.get(kind, ())
