"""Gateways of all channels on this machine, and the variables that lead to them."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.web_server import Answer, Asked, WebServer, web_server


def judge(asked: Asked) -> Answer:
    """A gateway that takes everything."""
    if asked.path == "/token":
        return Answer(200, {"access_token": "ya29", "expires_in": 3_600})
    if asked.path.endswith("/" + "0" * 64):
        return Answer(400, {"reason": "BadDeviceToken"})
    return Answer(200, {"status": "active", "sid": "SM1"})


@pytest.fixture
async def gateway(authority: trustme.CA, tmp_path: Path) -> AsyncIterator[WebServer]:
    async with web_server(authority, tmp_path, judge) as server:
        yield server


def credentials(folder: Path, token_url: str) -> Path:
    """Google's file."""
    key = generate_private_key(public_exponent=65_537, key_size=2_048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {"project_id": "p", "client_email": "a@p.test", "private_key_id": "1", "private_key": pem}
    path = folder / "fcm.json"
    path.write_text(json.dumps(account | {"token_uri": token_url}))
    return path


Variables = Callable[..., dict[str, str]]


@pytest.fixture
def variables(gateway: WebServer, ca_file: Path, key_file: Path, tmp_path: Path) -> Variables:
    """All channels, to the gateway and to a mail server's port."""

    def variables(port: int) -> dict[str, str]:
        return {
            "DATA_DIR": str(tmp_path),
            "CHANNELS_CA": str(ca_file),
            "APNS_URL": gateway.url,
            "APNS_KEY": str(key_file),
            "APNS_KEY_ID": "KEY1234567",
            "APNS_TEAM_ID": "TEAM123456",
            "APNS_TOPIC": "com.example.app",
            "FCM_URL": gateway.url,
            "FCM_CREDENTIALS": str(credentials(tmp_path, gateway.url + "/token")),
            "WEB_PUSH_KEY": str(key_file),
            "WEB_PUSH_SUBJECT": "mailto:push@shop.example",
            "SMTP_URL": f"smtp://localhost:{port}",
            "EMAIL_FROM": "alerts@shop.example",
            "SMS_URL": gateway.url,
            "SMS_ACCOUNT": "AC1",
            "SMS_TOKEN": "secret",
            "SMS_FROM": "Shop",
            "PUBLIC_URL": "https://api.shop.example",
            "REGULARS_PARTNER_POST_URL": "https://post.example",
            "REGULARS_PARTNER_POST_SECRET": "whsec_" + "A" * 32,
        }

    return variables
