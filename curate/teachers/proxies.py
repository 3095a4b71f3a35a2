"""Proxy and certificates of one endpoint, from an environment that is passed in.

The client libraries look both up at every request and would also read `~/.netrc`; here it is done once, and
no key comes from anywhere but the run file's `api_key_env`. Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`,
`NO_PROXY` (either case) and `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from curate.errors import MissingError

_CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def find_proxy(url: str, environ: Mapping[str, str]) -> str | None:
    """Name the proxy for a URL, None for a direct connection.

    >>> find_proxy("https://api.test/v1", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "localhost,.local"})
    'http://p:1'
    """
    parts = urlsplit(url)
    if _is_direct(parts.hostname or "", parts.netloc.rpartition("@")[2], _variable(environ, "no")):
        return None
    return _variable(environ, parts.scheme) or _variable(environ, "all") or None


def make_ssl_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Trust the system's certificates, or the bundle that the environment names.

    Raises:
        MissingError: when the named bundle cannot be read.
    """
    for name in _CA_VARIABLES:
        path = environ.get(name)
        if path:
            try:
                return ssl.create_default_context(cafile=path)
            except (OSError, ssl.SSLError) as error:
                raise MissingError(
                    f"{name} names {path}, which cannot be used as a certificate bundle: {error}",
                    f"correct or unset {name}",
                ) from None
    return ssl.create_default_context()


def _variable(environ: Mapping[str, str], scheme: str) -> str:
    return environ.get(f"{scheme}_proxy") or environ.get(f"{scheme.upper()}_PROXY") or ""


def _is_direct(host: str, netloc: str, no_proxy: str) -> bool:
    """Match a host against NO_PROXY: `*`, a name with all its subdomains, or a name with a port."""
    names = (name.strip().lstrip(".").lower() for name in no_proxy.split(","))
    return any(
        name == "*" or name in (host, netloc.lower()) or host.endswith("." + name) for name in names if name
    )
