"""What a token allows: one page of one scope and period, for minutes. Made here; read with every doubt refused.

JSON Web Tokens (RFC 7519), HS256 or EdDSA. The algorithm is the key's, never the token's own word for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from dashboards.embedding.keys import Key, KeyFile
from dashboards.embedding.refusal import Reason, RefusedTokenError

AUDIENCE = "streamgauge/embed"
LONGEST_LIFE = 600
LEEWAY = 5  # seconds by which two clocks may differ
_CLAIMS = ("view", "scope", "period", "kind", "jti", "iat", "exp", "aud")
_MOST_CHARACTERS = 4_096


@dataclass(frozen=True, slots=True)
class Grant:
    """One view of one scope and period (`latest` is the newest published). `kind`: page, file or api.

    `jti` is the token's own id, `expires_at` in Unix seconds, `kid` the key that signed it.
    """

    view: str
    scope: str
    period: str
    kind: str
    jti: str
    expires_at: int
    kid: str


def mint(key: Key, view: str, scope: str, period: str, *, now: float, life: int = 300, kind: str = "page") -> str:
    """A token of `life` seconds signed by a key of this installation.

    Raises:
        RefusedTokenError: the life is longer than 10 minutes, or the key may not sign for the scope.
    """
    if not 0 < life <= LONGEST_LIFE:
        raise RefusedTokenError(Reason.LIFE_TOO_LONG)
    if not key.opens(scope) or key.state != "active" or key.algorithm != "HS256":
        raise RefusedTokenError(Reason.SCOPE)
    claims = {
        "aud": AUDIENCE, "view": view, "scope": scope, "period": period, "kind": kind, "jti": secrets.token_urlsafe(16),
        "iat": int(now), "exp": int(now) + life,
    }  # fmt: skip
    return jwt.encode(claims, key.secret, algorithm="HS256", headers={"kid": key.kid})


def read_grant(token: str, known: KeyFile, *, now: float, kind: str = "page") -> Grant:
    """What a token allows, after every check but that it is used once.

    Raises:
        RefusedTokenError: with the reason.
    """
    key = _key_of(token, known)
    claims = _verified(token, key)
    _check_times(claims, now)
    if claims.get("aud") != AUDIENCE:
        raise RefusedTokenError(Reason.AUDIENCE)
    texts = ("view", "scope", "period", "kind", "jti")
    if set(claims) - {"nbf"} != set(_CLAIMS) or not all(
        isinstance(claims[name], str) and claims[name] for name in texts
    ):
        raise RefusedTokenError(Reason.CLAIMS)
    if claims["kind"] != kind:
        raise RefusedTokenError(Reason.CLAIMS)
    if not key.opens(claims["scope"]):
        raise RefusedTokenError(Reason.SCOPE)
    if claims["jti"] in known.revoked_tokens:
        raise RefusedTokenError(Reason.REVOKED)
    return Grant(**{name: claims[name] for name in texts}, expires_at=claims["exp"], kid=key.kid)


def _key_of(token: str, known: KeyFile) -> Key:
    if len(token) > _MOST_CHARACTERS:
        raise RefusedTokenError(Reason.MALFORMED)
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise RefusedTokenError(Reason.MALFORMED) from error
    kid = header.get("kid")
    key = known.keys.get(kid) if isinstance(kid, str) else None
    if key is None:
        raise RefusedTokenError(Reason.UNKNOWN_KEY)
    if key.state == "revoked":
        raise RefusedTokenError(Reason.REVOKED_KEY)
    if header.get("alg") != key.algorithm:
        raise RefusedTokenError(Reason.ALGORITHM)
    return key


def _verified(token: str, key: Key) -> Mapping[str, Any]:
    """The claims, once the signature holds; times and audience are checked by our own clock and words."""
    unchecked = {f"verify_{name}": False for name in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
    try:
        claims: Mapping[str, Any] = jwt.decode(token, key.secret, algorithms=[key.algorithm], options=unchecked)  # type: ignore[arg-type]  # a plain dict is one
    except jwt.InvalidSignatureError as error:
        raise RefusedTokenError(Reason.SIGNATURE) from error
    except (jwt.PyJWTError, ValueError) as error:
        raise RefusedTokenError(Reason.MALFORMED) from error
    return claims


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    issued, expires, begins = claims.get("iat"), claims.get("exp"), claims.get("nbf", claims.get("iat"))
    if not all(isinstance(at, int) and not isinstance(at, bool) for at in (issued, expires, begins)):
        raise RefusedTokenError(Reason.CLAIMS)
    assert isinstance(issued, int) and isinstance(expires, int) and isinstance(begins, int)
    if expires - issued > LONGEST_LIFE or expires <= issued:
        raise RefusedTokenError(Reason.LIFE_TOO_LONG)
    if now >= expires:
        raise RefusedTokenError(Reason.EXPIRED)
    if max(issued, begins) > now + LEEWAY:
        raise RefusedTokenError(Reason.NOT_YET)
