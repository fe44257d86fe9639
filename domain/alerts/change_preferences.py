"""Changing preferences: what a member may ask for, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.alerts.channel import Channel
from domain.alerts.preferences import QuietHours
from domain.inbox.message import NotificationKind
from domain.ledger.state import MAX_POINTS
from domain.program.program import Program
from domain.refusals import Refused, invalid

OWN_CHANNELS: Final = (Channel.PUSH, Channel.EMAIL, Channel.SMS)
"""Channels that lead to the member; a partner's server is the programme's affair."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether a kind is wanted on a channel; None: as the programme has it."""

    kind: NotificationKind
    channel: Channel
    wanted: bool | None


@dataclass(frozen=True, slots=True)
class ChangePreferences:
    """What is to change; what is None or empty stays. `quiet`: two times of day; `default_quiet`: the programme's
    again. `balance`: all amounts that the member wants to hear of, by currency (None: the default one)."""

    member: str
    choices: Sequence[Choice] = ()
    quiet: tuple[str, str] | None = None
    default_quiet: bool = False
    unsubscribe: Sequence[Channel] = ()
    resubscribe: Sequence[Channel] = ()
    marketing: bool | None = None
    balance: Sequence[tuple[str | None, int]] | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """A checked change, as the store takes it."""

    choices: Mapping[tuple[NotificationKind, Channel], bool | None] = field(default_factory=dict)
    quiet: QuietHours | None = None
    unsubscribed: Mapping[Channel, bool] = field(default_factory=dict)
    balance: Mapping[str, int] | None = None


def check_preferences(command: ChangePreferences, program: Program) -> Changes | Refused:
    """The change. Refuses channels that are not the member's, two answers to one question, no times of day, and
    amounts of no currency, not above 0 or more than one a currency."""
    named = [*(one.channel for one in command.choices), *command.unsubscribe, *command.resubscribe]
    if any(channel not in OWN_CHANNELS for channel in named):
        return invalid("Members choose among PUSH, EMAIL and SMS.", "choices")
    choices = {(one.kind, one.channel): one.wanted for one in command.choices}
    if len(choices) < len(command.choices):
        return invalid("Say once of each kind and channel what is wanted.", "choices")
    if set(command.unsubscribe) & set(command.resubscribe):
        return invalid("Name a channel to unsubscribe from or to subscribe to again, not both.", "unsubscribe")
    quiet = _quiet(command)
    balance = _balance(command.balance, program)
    for part in (quiet, balance):
        if isinstance(part, Refused):
            return part
    unsubscribed = dict.fromkeys(command.resubscribe, False) | dict.fromkeys(command.unsubscribe, True)
    return Changes(choices, quiet, unsubscribed, balance)  # type: ignore[arg-type]  # refusals are gone


def _quiet(command: ChangePreferences) -> QuietHours | Refused | None:
    if command.quiet is None:
        return None
    if command.default_quiet:
        return invalid("Give quiet hours, or go back to the programme's: one of the two.", "quietHours")
    try:
        return QuietHours.read(*command.quiet)
    except ValueError:
        return invalid("Quiet hours are two times of day, such as 22:00 and 07:30.", "quietHours")


def _balance(
    amounts: Sequence[tuple[str | None, int]] | None, program: Program
) -> Mapping[str, int] | Refused | None:
    if amounts is None:
        return None
    found: dict[str, int] = {}
    for code, points in amounts:
        currency = program.currency(code)
        if currency is None:
            return invalid("The programme has no such currency.", "balanceAlerts")
        if currency.code in found:
            return invalid("Name one amount a currency.", "balanceAlerts")
        if not 1 <= points <= MAX_POINTS:
            return invalid("An amount to hear of is above 0.", "balanceAlerts")
        found[currency.code] = points
    return found
