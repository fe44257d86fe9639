"""The key that signs what is pushed to browsers; in development one is made."""

import logging
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from domain.alerts.subscription import WebPushOffer
from notifications.channels.signing_key import BadKey, SigningKey, read_signing_key
from runtime.faults import CannotRun
from runtime.settings import Settings

logger = logging.getLogger(__name__)


def web_push_key(settings: Settings) -> SigningKey | None:
    """The key of the settings; None where no web push is set up. Raises CannotRun when it cannot be used."""
    wanted = settings.channels.web_push
    if wanted is None:
        return None
    path = key_path(settings)
    try:
        if wanted.key is None:
            make_web_push_key(path)
        return read_signing_key(path)
    except BadKey as fault:
        raise CannotRun(f"WEB_PUSH_KEY: {fault}") from fault


def key_path(settings: Settings) -> Path:
    """Where the key is, or will be made."""
    wanted = settings.channels.web_push
    return (wanted.key if wanted else None) or settings.data_dir / "web-push-key.pem"


def web_push_offer(settings: Settings) -> WebPushOffer:
    """What browsers need to subscribe. A key that cannot be used is an error in the log, and none: all else
    goes on."""
    wanted = settings.channels.web_push
    if wanted is None:
        return WebPushOffer()
    try:
        key = web_push_key(settings)
    except CannotRun as fault:
        logger.error("no browser can subscribe", extra={"why": str(fault)})
        key = None
    return WebPushOffer(key.public if key else None, wanted.hosts)


def make_web_push_key(path: Path) -> None:
    """Makes a private key, readable by its owner alone, unless there is one. Two processes at once make one."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with NamedTemporaryFile(dir=path.parent) as file:  # created 0600
        file.write(pem)
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)
