"""Conditions of rewards and guards that failed: said as rules' failures are."""

from domain.rewards.eyes import Eyes
from services.context import Context


def say_failures(context: Context, eyes: Eyes) -> None:
    """Says once which failed in these eyes so far."""
    for part in eyes.failures:
        context.failures.say(part, eyes.member)
    eyes.failures.clear()
