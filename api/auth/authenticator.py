"""Bearer tokens (RFC 6750, RFC 7519): from an Authorization value to an identity."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import jwt

from api.auth.bad_token import BadToken
from api.auth.key import ALGORITHMS
from api.auth.key_set import KeySet
from domain.actors import Role
from services.identity import ANONYMOUS, Identity

LEEWAY_SECONDS: Final = 30
"""How far the issuer's clock and this one may differ."""

_LONGEST_TOKEN: Final = 8192
_LONGEST_SUBJECT: Final = 200
_STAFF: Final = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Verifies tokens of one issuer for one audience. Never takes a key, or where to get one, from a token."""

    keys: KeySet
    issuer: str
    audience: str

    async def identify(self, authorization: str | None) -> Identity:
        """The identity behind an Authorization header's value; nobody when there is none.

        Refuses everything but a valid `Bearer` token with BadToken.
        """
        if authorization is None:
            return ANONYMOUS
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise BadToken("Send the token as `Authorization: Bearer …`.")
        return await self.verify(token.strip())

    async def verify(self, token: str) -> Identity:
        """The identity a token vouches for; BadToken when it is not signed, not meant for us or out of date."""
        if len(token) > _LONGEST_TOKEN:
            raise BadToken("The token is too long.")
        header = _header(token)
        key = await self.keys.find(header.get("kid"))
        if header["alg"] not in key.algorithms:
            raise BadToken("The token's algorithm is not that of its key.")
        return _identity(self._claims(token, key.public, header["alg"]))

    def _claims(self, token: str, public: Any, algorithm: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                public,
                algorithms=[algorithm],
                issuer=self.issuer,
                audience=self.audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"], "enforce_minimum_key_length": True},
            )
        except jwt.ExpiredSignatureError:
            raise BadToken("The token has expired.") from None
        except jwt.PyJWTError:
            raise BadToken("The token is not valid here.") from None
        except (ValueError, TypeError, OverflowError, RecursionError):
            # Claims of a shape that the library does not expect, such as an infinite `exp`.
            raise BadToken("The token is malformed.") from None


def _header(token: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise BadToken("The token is malformed.") from None
    if header.get("alg") not in ALGORITHMS:
        raise BadToken("The token's algorithm is not accepted.")
    if not isinstance(header.get("kid"), str | None) or "crit" in header:
        raise BadToken("The token's header is not accepted.")
    return header


def _identity(claims: dict[str, Any]) -> Identity:
    subject, name = claims["sub"], claims.get("name")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise BadToken("The token names no subject.")
    roles = _roles(claims.get("roles"))
    try:
        expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (ValueError, OverflowError, OSError):
        raise BadToken("The token's expiry is no date.") from None
    return Identity(
        subject=subject,
        roles=roles,
        member_id=subject if Role.MEMBER in roles else None,
        name=name if isinstance(name, str) and len(name) <= _LONGEST_SUBJECT else None,
        expires_at=expires_at,
    )


def _roles(claimed: Any) -> frozenset[Role]:
    """The known roles. One `sub` cannot be a member, staff and a service at once, so mixtures are refused."""
    known = {role.value: role for role in Role}
    names = claimed if isinstance(claimed, list) else []
    roles = frozenset(known[name] for name in names if isinstance(name, str) and name in known)
    if len({"staff" if role in _STAFF else role.value for role in roles}) > 1:
        raise BadToken("The token mixes the roles of a member, of staff or of a service.")
    return roles
