"""Whether the model hub answers, asked once and briefly, before libraries ask it at length.

Without a network the hub's library tries six times for every file and prints two lines each time: a minute
until the user hears what is wrong. Here one request decides. Where it fails, all that comes later in this
process and in those it starts stays offline: a model from the cache is used at once, one that is not there is
one sentence. A hub that answers anything at all is reachable; what it answers is the library's to read.
"""

from __future__ import annotations

import http.client
import os
import re
import urllib.error
import urllib.request
from pathlib import Path

from curate.cli.common import say
from curate.errors import MissingError

TIMEOUT_S = 5.0
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_OFFLINE = "HF_HUB_OFFLINE"


def require_model(name: str, *, is_quiet: bool = False, timeout_s: float = TIMEOUT_S) -> None:
    """See that a model is a folder, on a hub that answers, or in the hub's cache.

    Call it before anything imports the hub's library, which reads whether it is offline only once.

    Raises:
        MissingError: when it is none of them, with the reason.
    """
    if name and Path(name).exists():
        return
    if not _HUB_ID.fullmatch(name):
        raise MissingError(
            f"there is no folder {name}, and it is no id of a model hub",
            "name a folder with a model, or a hub id such as Qwen/Qwen3-0.6B",
        )
    reason = _why_offline(name, timeout_s)
    if not reason:
        return
    os.environ[_OFFLINE] = "1"
    if not _is_cached(name):
        raise MissingError(
            f"there is no folder {name}, and as a hub id it cannot be had: {reason}",
            "name a folder with a model, or reach the hub (HTTPS_PROXY, HF_ENDPOINT); on another machine "
            f"`hf download {name} --local-dir DIR` makes a folder to carry here",
        )
    if not is_quiet:
        say(f"hub: {reason}; {name} is taken from its cache")


def _why_offline(name: str, timeout_s: float) -> str:
    """Say why the hub cannot be asked; empty when it answers."""
    if os.environ.get(_OFFLINE, "").lower() in ("1", "true", "yes", "on"):
        return f"{_OFFLINE} is set"
    endpoint = os.environ.get("HF_ENDPOINT") or "https://huggingface.co"
    try:
        request = urllib.request.Request(f"{endpoint}/{name}/resolve/main/config.json", method="HEAD")
        urllib.request.urlopen(request, timeout=timeout_s).close()
    except urllib.error.HTTPError as answer:
        return f"{endpoint} answers {answer.code}" if answer.code == 429 or answer.code >= 500 else ""
    except (OSError, ValueError, http.client.HTTPException) as error:  # ValueError: no URL at all
        return f"{endpoint} does not answer ({getattr(error, 'reason', None) or error})"
    return ""


def _is_cached(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(name, "config.json"), str)
