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


EARNED: Final = Template("+{points} {currency}", "You earned {points} {currency}. Your balance is {balance}.")
SPENT: Final = Template("−{points} {currency}", "You spent {points} {currency}. Your balance is {balance}.")
GIVEN: Final = Template("+{points} {currency}", "We added {points} {currency} for you. Your balance is {balance}.")
TAKEN: Final = Template(
    "−{points} {currency}", "We corrected your account by −{points} {currency}. Your balance is {balance}."
)
EXPIRED: Final = Template(
    "{points} {currency} expired",
    "{points} {currency} could be spent until {date} and have expired. Your balance is {balance}.",
)
EXPIRING: Final = Template(
    "{points} {currency} expire in {days}", "{points} {currency} can be spent until the end of {date}."
)
TIER_REACHED: Final = Template("You reached {tier}", "Welcome to {tier}. What you earn counts {multiplier} times.")
TIER_REACHED_PLAIN: Final = Template("You reached {tier}", "Welcome to {tier}.")

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
