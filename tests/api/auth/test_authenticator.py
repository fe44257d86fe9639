"""Tokens: what is accepted, and every way in which one is not."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from api.auth.authenticator import Authenticator
from api.auth.bad_token import BadToken
from api.auth.development_key import DevelopmentKey, development_key
from api.auth.key_set import KeySet
from domain.actors import Actor, ActorKind, Role
from services.identity import ANONYMOUS
from tests.api.service import authenticator

ISSUER, AUDIENCE = "https://issuer.test", "regulars"
NOW = int(datetime.now(UTC).timestamp())  # when the tests were collected: good for an hour
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
P384 = ec.generate_private_key(ec.SECP384R1())
ED = ed25519.Ed25519PrivateKey.generate()


def claims(**changed: Any) -> dict[str, Any]:
    told = {"iss": ISSUER, "aud": AUDIENCE, "sub": "m1", "exp": NOW + 3600, "roles": ["member"]} | changed
    return {name: value for name, value in told.items() if value is not None}


def signed(key: DevelopmentKey, header: dict[str, Any] | None = None, **changed: Any) -> str:
    headers = {"kid": key.id} | (header or {})
    return jwt.encode(claims(**changed), key.private, algorithm="ES256", headers=headers)


def unsigned(header: dict[str, Any], body: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(body).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def over(document: Any) -> Authenticator:
    async def source() -> Any:
        return document

    return Authenticator(KeySet(source), ISSUER, AUDIENCE)


def jwk(algorithm: Any, private: Any, **more: Any) -> dict[str, Any]:
    public: dict[str, Any] = algorithm.to_jwk(private.public_key(), as_dict=True)
    return public | more


class TestAccepted:
    async def test_a_member_s_token(self, key: DevelopmentKey) -> None:
        identity = await authenticator(key).identify(f"bearer {signed(key, name='Ada')}")
        assert (identity.subject, identity.member_id, identity.name) == ("m1", "m1", "Ada")
        assert identity.roles == {Role.MEMBER}
        assert identity.expires_at == datetime.fromtimestamp(NOW + 3600, UTC)
        assert identity.actor() == Actor(ActorKind.MEMBER, "m1")

    @pytest.mark.parametrize(
        ("role", "kind"),
        [
            ("agent", ActorKind.AGENT),
            ("supervisor", ActorKind.AGENT),
            ("admin", ActorKind.AGENT),
            ("service", ActorKind.SERVICE),
        ],
    )
    async def test_others_are_no_member(self, key: DevelopmentKey, role: str, kind: ActorKind) -> None:
        identity = await authenticator(key).verify(signed(key, sub="s1", roles=[role, "unheard-of", 5]))
        assert (identity.member_id, identity.roles, identity.actor()) == (None, {Role(role)}, Actor(kind, "s1"))

    async def test_no_header_is_nobody(self, key: DevelopmentKey) -> None:
        assert await authenticator(key).identify(None) is ANONYMOUS

    async def test_unknown_roles_leave_none_and_nobody_who_may_act(self, key: DevelopmentKey) -> None:
        identity = await authenticator(key).verify(signed(key, roles="member"))
        assert (identity.roles, identity.anonymous) == (frozenset(), False)
        with pytest.raises(LookupError):
            identity.actor()

    async def test_clocks_may_differ_by_half_a_minute(self, key: DevelopmentKey) -> None:
        just_now = int(datetime.now(UTC).timestamp())
        assert (await authenticator(key).verify(signed(key, exp=just_now - 20))).subject == "m1"

    @pytest.mark.parametrize(
        ("algorithm", "private", "name"),
        [
            (jwt.algorithms.RSAAlgorithm, RSA, "RS256"),
            (jwt.algorithms.RSAAlgorithm, RSA, "PS256"),
            (jwt.algorithms.ECAlgorithm, P384, "ES384"),
            (jwt.algorithms.OKPAlgorithm, ED, "EdDSA"),
        ],
    )
    async def test_each_pinned_algorithm_with_its_key(self, algorithm: Any, private: Any, name: str) -> None:
        token = jwt.encode(claims(), private, algorithm=name)
        identity = await over({"keys": [jwk(algorithm, private)]}).verify(token)
        assert identity.subject == "m1"


class TestRefused:
    @pytest.mark.parametrize(
        "changed",
        [
            {"iss": "https://other.test"},
            {"iss": None},
            {"aud": "other"},
            {"aud": None},
            {"exp": NOW - 31},
            {"exp": None},
            {"exp": "soon"},
            {"exp": float("inf")},
            {"exp": 10**20},
            {"sub": None},
            {"sub": ""},
            {"sub": 5},
            {"sub": "x" * 201},
            {"nbf": NOW + 3600},
            {"roles": ["member", "agent"]},
            {"roles": ["service", "member"]},
        ],
    )
    async def test_claims_that_do_not_fit(self, key: DevelopmentKey, changed: dict[str, Any]) -> None:
        with pytest.raises(BadToken):
            await authenticator(key).verify(signed(key, **changed))

    @pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "ES256K", "", None, 5])
    async def test_algorithms_that_are_not_pinned(self, key: DevelopmentKey, algorithm: Any) -> None:
        with pytest.raises(BadToken):
            await authenticator(key).verify(unsigned({"alg": algorithm, "kid": key.id}, claims()))

    async def test_the_public_key_used_as_a_shared_secret(self, key: DevelopmentKey) -> None:
        pem = key.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        message = unsigned({"alg": "HS256", "kid": key.id}, claims()).rpartition(".")[0]
        mac = hmac.new(pem, message.encode(), hashlib.sha256).digest()
        with pytest.raises(BadToken):
            await authenticator(key).verify(f"{message}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}")

    async def test_an_algorithm_that_is_not_the_key_s(self) -> None:
        published = jwk(jwt.algorithms.RSAAlgorithm, RSA, kid="a", alg="RS256")
        token = jwt.encode(claims(), RSA, algorithm="PS256", headers={"kid": "a"})
        with pytest.raises(BadToken, match="algorithm"):
            await over({"keys": [published]}).verify(token)

    @pytest.mark.parametrize("header", ["jku", "x5u", "jwk"])
    async def test_a_key_that_the_token_brings_along(
        self, key: DevelopmentKey, tmp_path: Path, header: str
    ) -> None:
        theirs = development_key(tmp_path, issuer=ISSUER, audience=AUDIENCE)
        public = jwk(jwt.algorithms.ECAlgorithm, theirs.private)
        value = public if header == "jwk" else theirs.jwks.as_uri()
        for kid in (key.id, theirs.id):
            with pytest.raises(BadToken):
                await authenticator(key).verify(signed(theirs, {header: value, "kid": kid}))

    async def test_another_key_s_signature(self, key: DevelopmentKey, tmp_path: Path) -> None:
        theirs = development_key(tmp_path, issuer=ISSUER, audience=AUDIENCE)
        with pytest.raises(BadToken):
            await authenticator(key).verify(signed(theirs, {"kid": key.id}))

    async def test_no_key_id_where_there_are_two_keys(self) -> None:
        two = [jwk(jwt.algorithms.RSAAlgorithm, RSA), jwk(jwt.algorithms.ECAlgorithm, P384)]
        with pytest.raises(BadToken):
            await over({"keys": two}).verify(jwt.encode(claims(), RSA, algorithm="RS256"))

    @pytest.mark.parametrize("use", [{"use": "enc"}, {"alg": "RSA-OAEP"}, {"kid": 5}])
    async def test_keys_for_something_else(self, use: dict[str, Any]) -> None:
        published = jwk(jwt.algorithms.RSAAlgorithm, RSA, **use)
        with pytest.raises(BadToken):
            await over({"keys": [published]}).verify(jwt.encode(claims(), RSA, algorithm="RS256"))

    @pytest.mark.parametrize("header", [{"crit": ["exp"]}, {"crit": []}])
    async def test_demands_we_do_not_know(self, key: DevelopmentKey, header: dict[str, Any]) -> None:
        good = signed(key).split(".")
        changed = unsigned({"alg": "ES256", "kid": key.id} | header, {}).split(".")[0]
        with pytest.raises(BadToken):
            await authenticator(key).verify(".".join([changed, *good[1:]]))

    @pytest.mark.parametrize(
        "authorization",
        [
            "",
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            "Bearer x",
            "Bearer a.b.c",
            "Bearer ...",
            "Bearer " + "a" * 9000,
            "Bearer é.é.é",
            "Bearer W10.W10.W10",
        ],
    )
    async def test_what_is_no_token(self, key: DevelopmentKey, authorization: str) -> None:
        with pytest.raises(BadToken):
            await authenticator(key).identify(authorization)


async def test_the_reason_never_quotes_the_token(key: DevelopmentKey) -> None:
    token = signed(key, iss="https://other.test")
    with pytest.raises(BadToken) as refused:
        await authenticator(key).verify(token)
    assert str(refused.value) == "The token is not valid here."


def test_a_development_token_lives_as_long_as_asked(key: DevelopmentKey) -> None:
    token = key.mint(Role.AGENT, "a1", ttl=timedelta(hours=1), now=datetime(2027, 1, 1, tzinfo=UTC))
    told = jwt.decode(token, options={"verify_signature": False})
    assert told["exp"] - told["iat"] == 3600
    assert (told["sub"], told["roles"], told["iss"], told["aud"]) == ("a1", ["agent"], ISSUER, AUDIENCE)
