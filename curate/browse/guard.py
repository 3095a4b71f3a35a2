"""Who may ask: a request that knows the token, was meant for this address, and comes from this very page.

* The token is random for each start. It comes once in the address that is printed, then in a cookie that
  scripts cannot read and other sites cannot send. It is compared in constant time.
* `Host` must be this address: another name that resolves to 127.0.0.1 is refused (DNS rebinding).
* What changes something needs the `Origin` of this page.
* Every answer forbids scripts and styles but our own files, frames, forms to elsewhere, and caching.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # `no-referrer` would make browsers send `Origin: null` with our forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """What is needed to be let in."""

    token: str
    port: int

    @property
    def cookie(self) -> str:
        """Name the cookie: cookies do not know ports, and two stores may be looked at side by side."""
        return f"tracemill-{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Name the values of `Host` that mean this server."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    def refusal(self, request: web.Request) -> str | None:
        """Say why a request is refused; None when it may pass."""
        if request.headers.get("Host", "") not in self.hosts:
            return "this address was asked for under another name"
        origin = request.headers.get("Origin")
        origins = tuple(f"http://{host}" for host in self.hosts)
        if (origin is not None or request.method not in ("GET", "HEAD")) and origin not in origins:
            return "this request comes from another page"
        if not (self.knows(request.query.get("token")) or self.knows(request.cookies.get(self.cookie))):
            return "the token is missing or wrong: open the address that `tracemill browse` printed"
        return None

    def knows(self, token: str | None) -> bool:
        """Compare a token in constant time."""
        return token is not None and hmac.compare_digest(
            token.encode("utf-8", "replace"), self.token.encode()
        )


def guarding(guard: Guard) -> Middleware:
    """Make the middleware that refuses, hands out the cookie, and adds the headers to every answer."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        why = guard.refusal(request)
        if why is not None:
            response: web.StreamResponse = web.Response(status=403, text=f"refused: {why}\n")
        elif "token" in request.query:
            response = _handed_over(guard, request)
        else:
            response = await handler(request)
        response.headers.update(HEADERS)
        return response

    return middleware


def _handed_over(guard: Guard, request: web.Request) -> web.StreamResponse:
    """Put the token into the cookie and take it out of the address, which stands in histories."""
    response = web.HTTPSeeOther(request.rel_url.without_query_params("token"))
    answer = web.Response(status=303, headers={"Location": response.headers["Location"]})
    answer.set_cookie(guard.cookie, guard.token, httponly=True, samesite="Strict", path="/")
    return answer
