"""Look whether an endpoint answers, takes the key and knows the model, without buying a token.

In: a teacher and the environment. Out: one `Probe`. It reads the list of models (`GET /models`), which every
OpenAI-compatible server has; no completion is asked. Uses httpx: one request, no pool, no hot path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from curate.types import Teacher

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found at one endpoint. `hint` says what to do unless all is well."""

    alias: str
    status: Literal["ok", "no_key", "bad_key", "unknown_model", "unreachable", "unclear"]
    message: str
    hint: str = ""

    @property
    def is_usable(self) -> bool:
        return self.status in ("ok", "unclear")


def probe_endpoint(teacher: Teacher, environ: Mapping[str, str]) -> Probe:
    """Ask an endpoint for its models; a missing key is found without any request."""
    if teacher.base_url == "embedded":
        return Probe(teacher.alias, "ok", "embedded teacher, in this process")
    key = environ.get(teacher.api_key_env or "", "")
    if teacher.api_key_env and not key:
        return Probe(
            teacher.alias,
            "no_key",
            f"the environment variable {teacher.api_key_env} is not set",
            f"export {teacher.api_key_env}=... in the shell that starts tracemill",
        )
    return _read_models(teacher, key)


def _read_models(teacher: Teacher, key: str) -> Probe:
    import httpx

    url = f"{teacher.base_url}/models"
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
            response = client.get(url, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Probe(
            teacher.alias,
            "unreachable",
            f"{url} does not answer: {type(error).__name__}: {error}",
            "check base_url, that the server runs, and the proxy settings",
        )
    if response.status_code in (401, 403):
        return Probe(
            teacher.alias,
            "bad_key",
            f"{url} refuses the key (HTTP {response.status_code})",
            f"check the value of {teacher.api_key_env or 'the key: api_key_env is not set for this teacher'}",
        )
    if response.status_code != 200:
        return Probe(
            teacher.alias, "unclear", f"{url} answers HTTP {response.status_code}; it may not list its models"
        )
    return _find_model(teacher, response)


def _find_model(teacher: Teacher, response: object) -> Probe:
    import httpx

    assert isinstance(response, httpx.Response)
    try:
        names = {entry["id"] for entry in response.json()["data"]}
    except (ValueError, KeyError, TypeError):
        return Probe(teacher.alias, "unclear", "answers, but its list of models cannot be read")
    if names and teacher.model not in names:
        return Probe(
            teacher.alias,
            "unknown_model",
            f"answers, but has no model {teacher.model!r} among {len(names)}",
            "models there are " + ", ".join(sorted(names)[:5]),
        )
    return Probe(teacher.alias, "ok", f"answers and has {teacher.model}")
