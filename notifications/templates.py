"""What members read: every sentence, in one place. Numbers come formatted, dates in words."""

from datetime import date
from typing import Final, NamedTuple


class Template(NamedTuple):
    """A title for the lock screen and a body for the inbox, as format strings."""

    title: str
    body: str

    def fill(self, **values: str) -> tuple[str, str]:
        """Title and body with the values in their places; values are put in as they are, never as formats."""
        return self.title.format(**values), self.body.format(**values)


BALANCE: Final = "Your balance is {balance}."
OWED: Final = "You owe {owed} {currency}: what you get next pays that first."
"""`standing` in the sentences below is the one of these two that holds."""

EARNED: Final = Template("+{points} {currency}", "You earned {points} {currency}. {standing}")
WAITING: Final = Template(
    "+{points} {currency} from {date}", "You earned {points} {currency}. They wait until {date}. {standing}"
)
WAITING_FOR_AN_EVENT: Final = Template(
    "+{points} {currency} soon",
    "You earned {points} {currency}. They wait until your order is complete. {standing}",
)
RELEASED: Final = Template(
    "{points} {currency} are available", "{points} {currency} that you earned can be spent now. {standing}"
)
SPENT: Final = Template("−{points} {currency}", "You spent {points} {currency}. {standing}")
CAPTURED: Final = Template(
    "−{points} {currency}", "You spent {points} {currency} that were set aside for it. {standing}"
)
GIVEN: Final = Template("+{points} {currency}", "We added {points} {currency} for you. {standing}")
TAKEN: Final = Template("−{points} {currency}", "We corrected your account by −{points} {currency}. {standing}")
RECEIVED: Final = Template("+{points} {currency}", "Another member sent you {points} {currency}. {standing}")
SENT: Final = Template("−{points} {currency}", "You sent {points} {currency} to another member. {standing}")
TAKEN_BACK: Final = Template(
    "−{points} {currency}", "{points} {currency} that you had been given were taken back. {standing}"
)
GIVEN_BACK: Final = Template("+{points} {currency}", "{points} {currency} were given back to you. {standing}")
REINSTATED: Final = Template(
    "+{points} {currency}", "{points} {currency} that had expired are yours again. {standing}"
)
EXTENDED: Final = Template(
    "{points} {currency} last longer", "{points} {currency} can now be spent until the end of {date}."
)
EXPIRED: Final = Template(
    "{points} {currency} expired",
    "{points} {currency} could be spent until {date} and have expired. {standing}",
)
EXPIRING: Final = Template(
    "{points} {currency} expire in {days}", "{points} {currency} can be spent until the end of {date}."
)
TIER_REACHED: Final = Template("You reached {tier}", "Welcome to {tier}. What you earn counts {multiplier} times.")
TIER_ENDED: Final = Template("You are {tier} now", "Your time as {previous} is over.")
TIER_REACHED_PLAIN: Final = Template("You reached {tier}", "Welcome to {tier}.")

GOAL_WITHIN_REACH: Final = Template(
    "{reward} is within reach", "You have the {points} {currency} for {reward} that you were saving for."
)
GOAL_RUNNING_OUT: Final = Template(
    "{reward} is running out", "Only {left} of {reward}, which you are saving for, are left."
)
REDEMPTION_IN_REVIEW: Final = Template(
    "{reward}: we are having a look",
    "Your {points} {currency} for {reward} are set aside while we have a look. We tell you as soon as it is done.",
)
REDEMPTION_APPROVED: Final = Template("{reward} is yours", "We have had a look: {reward} is yours.")
REDEMPTION_REJECTED: Final = Template(
    "{reward}: not this time", "We could not give you {reward}. Your {points} {currency} are yours again."
)
REDEMPTION_TIMED_OUT: Final = Template(
    "{reward}: not this time",
    "Nobody could look at it in time, so you did not get {reward}. Your {points} {currency} are yours again.",
)
REDEMPTION_SHIPPED: Final = Template("{reward} is on its way", "We have handed {reward} over for delivery.")
REDEMPTION_SHIPPED_BY: Final = Template(
    "{reward} is on its way", "We have handed {reward} over to {carrier} for delivery."
)
REDEMPTION_DELIVERED: Final = Template("{reward} has arrived", "{reward} was delivered.")
REDEMPTION_CANCELLED: Final = Template(
    "{reward} was cancelled", "{reward} was cancelled. What you gave for it was given back to you."
)
VOUCHER_ENDING: Final = Template(
    "{reward}: your voucher ends {when}", "It can be used until {date}, {time}: do not let it go to waste."
)
VOUCHERS_ENDING: Final = Template(
    "{reward}: {count} vouchers end {when}", "They can be used until {date}, {time}: do not let them go to waste."
)

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def number(value: int) -> str:
    """A whole number, its thousands set apart."""
    return f"{value:,}"


def day(date: date) -> str:
    """A date in words, such as 30 June 2026."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def days(count: int) -> str:
    """A number of days in words."""
    return "1 day" if count == 1 else f"{count} days"
