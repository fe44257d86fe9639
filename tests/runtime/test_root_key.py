"""Keys of roots: made once, readable by their owner, told apart by id; what is none is refused in words."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from runtime.faults import CannotRun
from runtime.root_key import make_root_key, read_public_key, read_root_key, verifier
from runtime.roots import believed, signing_key
from runtime.settings import Environment, Settings
from tests.support.roots import KEY, OTHER_KEY

EC = generate_private_key(SECP256R1())
EC_PRIVATE = EC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
EC_PUBLIC = EC.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def production(path: Path, key: Path | None = None) -> Settings:
    return Settings(environment=Environment.PRODUCTION, data_dir=path, root_key=key)


class TestMakeRootKey:
    def test_is_for_its_owner_alone_and_stays(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "key.pem"
        make_root_key(path)
        assert path.stat().st_mode & 0o777 == 0o600
        content = path.read_bytes()
        make_root_key(path)
        assert path.read_bytes() == content
        assert list(path.parent.iterdir()) == [path]

    def test_many_at_once_make_one(self, tmp_path: Path) -> None:
        path = tmp_path / "key.pem"

        def made(_: int) -> str:
            make_root_key(path)
            return read_root_key(path).id

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(made, range(16)))) == 1


class TestReading:
    def test_a_public_key_is_read_from_either_half(self, tmp_path: Path) -> None:
        private, public = tmp_path / "key.pem", tmp_path / "public.pem"
        make_root_key(private)
        key = read_root_key(private)
        public.write_bytes(key.public_pem)
        signature = key.sign(b"content")
        for path in (private, public):
            verify = verifier([read_public_key(path)])
            assert verify(key.id, b"content", signature) is True
            assert verify(key.id, b"other", signature) is False
            assert verify(key.id, b"content", b"short") is False
            assert verify(KEY.id, b"content", signature) is None

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "is no private key in PEM"),
            (EC_PUBLIC, "is no private key in PEM"),
            (EC_PRIVATE, "is no Ed25519 key"),
            (None, "cannot be read: No such file"),
        ],
    )
    def test_what_cannot_sign_is_refused_in_words(
        self, tmp_path: Path, content: bytes | None, message: str
    ) -> None:
        path = tmp_path / "key.pem"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CannotRun, match=message):
            read_root_key(path)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"x", "is no public key in PEM"),
            (EC_PUBLIC, "is no Ed25519 key"),
            (EC_PRIVATE, "is no Ed25519 key"),
            (None, "cannot be read: No such file"),
        ],
    )
    def test_what_cannot_check_is_refused_in_words(
        self, tmp_path: Path, content: bytes | None, message: str
    ) -> None:
        path = tmp_path / "key.pem"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CannotRun, match=message):
            read_public_key(path)


class TestSigningKey:
    def test_development_makes_one_and_puts_its_public_half_beside_the_roots(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path)
        key = signing_key(settings)
        assert signing_key(settings).id == key.id
        assert (tmp_path / "roots" / f"{key.id}.public.pem").read_bytes() == key.public_pem

    def test_production_takes_none_for_granted(self, tmp_path: Path) -> None:
        with pytest.raises(CannotRun, match="ROOT_KEY is not set, so no root is signed"):
            signing_key(production(tmp_path))
        with pytest.raises(CannotRun, match="cannot be read"):
            signing_key(production(tmp_path, tmp_path / "none.pem"))
        assert list(tmp_path.iterdir()) == []


class TestBelieved:
    def test_after_a_change_of_keys_both_are_and_a_named_one_alone(self, tmp_path: Path) -> None:
        folder = tmp_path / "roots"
        folder.mkdir()
        old = folder / f"{OTHER_KEY.id}.public.pem"
        old.write_bytes(OTHER_KEY.public_pem)
        settings = Settings(data_dir=tmp_path)
        key = signing_key(settings)
        content = b"content"
        both = believed(settings)
        assert both(key.id, content, key.sign(content)) is True
        assert both(OTHER_KEY.id, content, OTHER_KEY.sign(content)) is True
        one = believed(settings, [old])
        assert one(OTHER_KEY.id, content, OTHER_KEY.sign(content)) is True
        assert one(key.id, content, key.sign(content)) is None
