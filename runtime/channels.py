"""The drivers of a process: one for each provider that the settings name."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx

from domain.alerts.channel import Provider, webhook_provider
from notifications.channels.apns import Apns
from notifications.channels.asking import new_client, trusting
from notifications.channels.driver import Driver
from notifications.channels.email import Email, MailServer
from notifications.channels.fcm import Fcm
from notifications.channels.google_token import GoogleToken, read_service_account
from notifications.channels.signing_key import BadKey, read_signing_key
from notifications.channels.sms import Sms
from notifications.channels.web_push import WebPush
from notifications.channels.webhook import WebhookDriver, open_client
from runtime.faults import CannotRun
from runtime.settings import Settings
from runtime.web_push_key import web_push_key
from runtime.wiring import system_clock

logger = logging.getLogger(__name__)


@asynccontextmanager
async def open_channels(settings: Settings) -> AsyncIterator[dict[str, Driver]]:
    """The drivers by their provider's name, those of partners too, while the block lasts. Asks nobody.

    One whose key or other file cannot be used is left out, with an error in the log: the others go on.
    """
    async with AsyncExitStack() as stack:
        drivers: dict[str, Driver] = {}
        for provider in Provider:
            try:
                driver = await open_channel(provider, settings, stack)
            except CannotRun as fault:
                logger.error("a channel cannot be used", extra={"provider": provider.value, "why": str(fault)})
                continue
            if driver:
                drivers[provider.value] = driver
        partners = await stack.enter_async_context(open_client())
        for name, door in settings.partners.items():
            drivers[webhook_provider(name)] = WebhookDriver(door, partners)
        yield drivers


async def open_channel(provider: Provider, settings: Settings, stack: AsyncExitStack) -> Driver | None:
    """The driver of one provider, until the stack is left; None where it is not set up.

    Raises CannotRun when a file that the settings name cannot be used: which, and why.
    """
    try:
        return await _OPENERS[provider](settings, stack)
    except BadKey as fault:
        raise CannotRun(str(fault)) from fault
    except OSError as fault:  # nothing else is read here
        raise CannotRun(f"CHANNELS_CA cannot be used: {fault.strerror or type(fault).__name__}.") from fault


async def _apns(settings: Settings, stack: AsyncExitStack) -> Driver | None:
    wanted = settings.channels.apns
    if wanted is None:
        return None
    return Apns(
        client=await _client(settings, stack),
        url=wanted.url,
        key=read_signing_key(wanted.key),
        key_id=wanted.key_id,
        team_id=wanted.team_id,
        topic=wanted.topic,
        clock=system_clock,
    )


async def _fcm(settings: Settings, stack: AsyncExitStack) -> Driver | None:
    wanted = settings.channels.fcm
    if wanted is None:
        return None
    account, client = read_service_account(wanted.credentials), await _client(settings, stack)
    return Fcm(client=client, url=wanted.url, token=GoogleToken(client, account, system_clock))


async def _web_push(settings: Settings, stack: AsyncExitStack) -> Driver | None:
    wanted, key = settings.channels.web_push, web_push_key(settings)
    if wanted is None or key is None:
        return None
    client = await _client(settings, stack)
    return WebPush(client=client, key=key, subject=wanted.subject, hosts=wanted.hosts, clock=system_clock)


async def _email(settings: Settings, stack: AsyncExitStack) -> Driver | None:
    wanted = settings.channels.smtp
    if wanted is None:
        return None
    server = MailServer(
        wanted.host, wanted.port, wanted.tls, wanted.loopback, user=wanted.user, password=wanted.password
    )
    email = Email(server, wanted.sender, trusting(settings.channels.ca))
    stack.push_async_callback(email.aclose)
    return email


async def _sms(settings: Settings, stack: AsyncExitStack) -> Driver | None:
    wanted = settings.channels.sms
    if wanted is None:
        return None
    client = await _client(settings, stack)
    return Sms(client, wanted.url, wanted.account, wanted.token, wanted.sender)


async def _client(settings: Settings, stack: AsyncExitStack) -> httpx.AsyncClient:
    return await stack.enter_async_context(new_client(settings.channels.ca))


_OPENERS: dict[Provider, Callable[[Settings, AsyncExitStack], Awaitable[Driver | None]]] = {
    Provider.APNS: _apns,
    Provider.FCM: _fcm,
    Provider.WEB_PUSH: _web_push,
    Provider.SMTP: _email,
    Provider.SMS: _sms,
}
