"""What `regulars doctor` says of the channels: which are set up, and whether their providers know us."""

import asyncio
from contextlib import AsyncExitStack

from domain.alerts.channel import Provider
from runtime.faults import CannotRun
from runtime.finding import Finding
from runtime.settings import Settings

_NAMES = {
    Provider.APNS: ("Push to iOS", "APNS_KEY"),
    Provider.FCM: ("Push to Android", "FCM_CREDENTIALS"),
    Provider.WEB_PUSH: ("Web Push", "WEB_PUSH_SUBJECT"),
    Provider.SMTP: ("E-mail", "SMTP_URL"),
    Provider.SMS: ("SMS", "SMS_ACCOUNT"),
}


async def examine_channels(settings: Settings) -> list[Finding]:
    """Signs in with each provider that is set up, all at a time. Nothing is sent to anybody."""
    found = await asyncio.gather(*(_examine(provider, settings) for provider in Provider))
    findings = [finding for finding in found if finding]
    channels = settings.channels
    if channels.smtp and not channels.public_url:
        text = "PUBLIC_URL is not set, so that mails have no link to end them: say where members reach the API."
        findings.append(Finding(False, text))
    unused = [
        f"{name} ({variable})"
        for (name, variable), finding in zip(_NAMES.values(), found, strict=True)
        if finding is None
    ]
    if unused:
        findings.append(Finding(True, f"Channels that are not set up: {', '.join(unused)}."))
    return findings


async def _examine(provider: Provider, settings: Settings) -> Finding | None:
    if not _set_up(provider, settings):
        return None
    # What they need takes half a second to load.
    from runtime.channels import open_channel
    from runtime.web_push_key import key_path

    name, _ = _NAMES[provider]
    if provider is Provider.WEB_PUSH and not key_path(settings).exists() and settings.development:
        return Finding(True, f"{name} works as soon as its key is made: `regulars webpush-key`.")
    async with AsyncExitStack() as stack:
        try:
            driver = await open_channel(provider, settings, stack)
        except CannotRun as fault:
            return Finding(False, f"{name} cannot be used: {fault}")
        wrong = await driver.check() if driver else None
    return Finding(not wrong, f"{name} does not work: {wrong}." if wrong else f"{name} works.")


def _set_up(provider: Provider, settings: Settings) -> bool:
    channels = settings.channels
    wanted = {
        Provider.APNS: channels.apns,
        Provider.FCM: channels.fcm,
        Provider.WEB_PUSH: channels.web_push,
        Provider.SMTP: channels.smtp,
        Provider.SMS: channels.sms,
    }
    return wanted[provider] is not None
