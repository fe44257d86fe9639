"""Where roots are kept here, who signs them, and whose signatures are believed."""

from collections.abc import Sequence
from pathlib import Path

from domain.ledger.root import Verify
from runtime.faults import CannotRun
from runtime.root_key import RootKey, make_root_key, read_public_key, read_root_key, verifier
from runtime.settings import Settings
from services.ledger.roots_folder import RootsFolder

_PUBLIC = ".public.pem"


def roots_folder(settings: Settings) -> RootsFolder:
    """The folder of the settings."""
    return RootsFolder(settings.roots)


def signing_key(settings: Settings) -> RootKey:
    """The key that signs here; made when there is none in development. Its public half is put into the folder.

    Raises CannotRun when there is none, and OSError from the folder.
    """
    path = settings.root_key_path
    if path is None:
        raise CannotRun(
            "ROOT_KEY is not set, so no root is signed: name the PEM file of an Ed25519 key, which "
            "`openssl genpkey -algorithm ed25519 -out root-key.pem` makes."
        )
    if settings.development and not path.exists():
        make_root_key(path)
    key = read_root_key(path)
    settings.roots.mkdir(parents=True, exist_ok=True)
    public = settings.roots / f"{key.id}{_PUBLIC}"
    if not public.exists():
        public.write_bytes(key.public_pem)
    return key


def believed(settings: Settings, keys: Sequence[Path] = ()) -> Verify:
    """What checks signatures: by these keys alone if there are any, else by ROOT_KEY's and those in the folder.

    Keys that lie beside the roots serve after a change of keys; who could write there could also put one there,
    so that an auditor names the key. Raises CannotRun for a key that is none.
    """
    if keys:
        return verifier(map(read_public_key, keys))
    files = sorted(settings.roots.glob(f"*{_PUBLIC}"))
    if settings.root_key_path and settings.root_key_path.exists():
        files.append(settings.root_key_path)
    return verifier(map(read_public_key, files))
