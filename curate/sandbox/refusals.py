"""Say what to do where no fork server could be had, by the words in which the failure came.

In: the sentence of a failed start or self-test. Out: a remedy. A machine without room, an interpreter with a
piece missing, and a host that refuses a layer need different things.
"""

from __future__ import annotations

import re

_BACKENDS = {
    "namespaces": "namespaces need root, or a host that lets ordinary users make them "
    "(sysctl kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0)",
    "landlock": "Landlock needs Linux 5.13 or newer with `landlock` in its lsm= list",
}
_ROOM = re.compile(
    "Resource temporarily unavailable|Cannot allocate memory|Too many open files|No space left|MemoryError"
    "|failed to map segment|ended|did not (?:start|answer)"
)
_PIECES = re.compile("ModuleNotFoundError|ImportError|cannot open shared object")
_MAX_SHOWN = 300


def remedy_for(failure: str, backend: str = "") -> str:
    """Give the remedy for a failed start; that of a backend where the failure is the host's refusal.

    >>> remedy_for("namespaces: BlockingIOError: [Errno 11] Resource temporarily unavailable")
    'free memory, use fewer --workers, or raise the limits of this shell (`ulimit -a`)'
    """
    if _ROOM.search(failure):
        return "free memory, use fewer --workers, or raise the limits of this shell (`ulimit -a`)"
    if _PIECES.search(failure):
        return "install what is missing, or tracemill anew, for the Python that runs it"
    return _BACKENDS.get(backend, "`tracemill doctor` shows what this machine can do")


def one_line(failure: str) -> str:
    """Put a failure on one line; numpy's pages of advice are left out for the cause at their end."""
    cause = failure.rpartition("Original error was:")[2]
    return " ".join(cause.split())[:_MAX_SHOWN]
