"""A certificate authority of the tests', and the keys of providers."""

from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from notifications.channels.signing_key import SigningKey, read_signing_key


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who signs the certificates of all servers of these tests."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority's own certificate, as CHANNELS_CA names it."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key of P-256 in a file, as Apple hands it out."""
    path = tmp_path_factory.mktemp("key") / "AuthKey.p8"
    key = generate_private_key(SECP256R1())
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture(scope="session")
def key(key_file: Path) -> SigningKey:
    """That key, read."""
    return read_signing_key(key_file)
