"""Landlock: read-only access to a list of paths and nothing else, no TCP, no signals out of the domain.

Kernel floors: 5.13 for files (ABI 1), 6.7 for TCP (4), 6.12 for signals and abstract sockets (6).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
from collections.abc import Iterable

from curate.sandbox.inside import kernel

_VERSION_FLAG = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# How many access rights to files each ABI knows: all are handled, so all that is not granted is refused.
_N_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_N_FILE_RIGHTS_LATEST = 16
_TCP_BIND_AND_CONNECT = 3
_ABSTRACT_SOCKETS_AND_SIGNALS = 3


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


def landlock_abi() -> int:
    """Give the version that this kernel speaks, 0 where it has none or it is switched off."""
    try:
        return kernel.call("landlock_create_ruleset", 0, 0, _VERSION_FLAG)
    except OSError:
        return 0


def restrict_to(readable: Iterable[str], listable: Iterable[str], abi: int) -> None:
    """Leave this process and its children read access to the readable paths and what is below them.

    The listable folders may be listed, which imports need, but what lies in them may not be read by that.

    Raises:
        OSError: when the kernel refuses; a path that is missing is passed over.
    """
    file_rights = (1 << _N_FILE_RIGHTS.get(abi, _N_FILE_RIGHTS_LATEST)) - 1
    rules = _Ruleset(
        file_rights,
        _TCP_BIND_AND_CONNECT if abi >= 4 else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if abi >= 6 else 0,
    )
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset_fd = kernel.call("landlock_create_ruleset", ctypes.byref(rules), size, 0)
    try:
        wanted = [(path, _READ_FILE | _READ_DIR) for path in readable]
        wanted += [(path, _READ_DIR) for path in listable]
        for path, rights in wanted:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                _allow(ruleset_fd, path, rights)
        kernel.call("landlock_restrict_self", ruleset_fd, 0)
    finally:
        os.close(ruleset_fd)


def _allow(ruleset_fd: int, path: str, rights: int) -> None:
    path_fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        is_folder = stat.S_ISDIR(os.fstat(path_fd).st_mode)
        rule = _PathRule(rights if is_folder else rights & _READ_FILE, path_fd)
        kernel.call("landlock_add_rule", ruleset_fd, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(path_fd)
