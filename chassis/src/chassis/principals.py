"""Who is asking, and what they may do. Tokens are JWTs (RFC 7519), for machines in a header, for people in a cookie."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from chassis.clock import wall_clock

COOKIE = "meldketen"
_ALGORITHMS = ["HS256"]


@dataclass(frozen=True, slots=True)
class Principal:
    name: str
    scopes: frozenset[str]


class NotSignedIn(Exception):
    """No token, or one that is not valid (any more)."""


class NotAllowed(Exception):
    """The principal lacks a scope; the message names it."""


class Signer:
    """Issues and checks tokens with one shared key of 32 characters or more."""

    def __init__(self, key: str) -> None:
        self._key = OctKey.import_key(key)

    def issue(self, name: str, scopes: Iterable[str], now: datetime, lifetime: timedelta) -> str:
        claims = {"sub": name, "scope": " ".join(sorted(scopes)), "iat": now, "exp": now + lifetime}
        return jwt.encode({"alg": "HS256"}, claims, self._key, algorithms=_ALGORITHMS)

    def principal(self, token: str, now: datetime) -> Principal:
        """NotSignedIn where the token is forged, expired or not one."""
        try:
            claims = jwt.decode(token, self._key, algorithms=_ALGORITHMS).claims
            jwt.JWTClaimsRegistry(now=int(now.timestamp()), exp={"essential": True}).validate(claims)
        except (JoseError, ValueError) as reason:
            raise NotSignedIn from reason
        return Principal(claims["sub"], frozenset(claims.get("scope", "").split()))


def token_of(request: Request) -> str:
    """What the client says who it is by, as it came; empty where it says nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")


def principal_of(request: Request) -> Principal | None:
    """Who is asking; none where nobody said. NotSignedIn where what they said is not valid."""
    token = token_of(request)
    if not token:
        return None
    signer: Signer = request.app.state.signer
    principal = signer.principal(token, wall_clock())
    request.state.principal = principal
    return principal


class _May(SecurityBase):
    model = HTTPBearer(bearerFormat="JWT", description="A token with the scope that the operation asks for.")
    scheme_name = "token"

    def __init__(self, scope: str) -> None:
        self._scope = scope

    def __call__(self, request: Request) -> Principal:
        principal = principal_of(request)
        if principal is None:
            raise NotSignedIn
        if self._scope not in principal.scopes:
            raise NotAllowed(self._scope)
        return principal


def may(scope: str) -> Callable[[Request], Principal]:
    """A dependency that lets pass who has the scope.

    Named as a type, the permission stands in a route's signature:
    `MayRead = Annotated[Principal, Depends(may("reports:read"))]`.
    """
    return _May(scope)
