"""Give up what the fork server may do: the user id of root, capabilities, new privileges.

Root deserves no extra trust: without the change of user it could read any process's environment through
Landlock and would escape the limit on threads.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import stat
from pathlib import Path

from curate.sandbox.inside import kernel

_UNUSED_IDS = range(62_000, 64_000)


def unused_id(seed: int) -> int:
    """Choose an id that belongs to no user and no group of this machine."""
    taken = {entry.pw_uid for entry in pwd.getpwall()} | {entry.gr_gid for entry in grp.getgrall()}
    free = [number for number in _UNUSED_IDS if number not in taken]
    return free[seed % len(free)]


def drop_privileges(readable: list[str], user: int) -> None:
    """Become the unused `user` when root, drop every capability, and refuse new ones for good.

    Where the interpreter lies in a folder that only root may enter, the one capability to look into folders
    is kept: what may be read is then decided by the backend's list of paths alone.

    Raises:
        OSError: when a change is refused.
    """
    kept = 0
    kernel.drop_bounding_set()
    if os.getuid() == 0:
        kept = 0 if _is_open_to_all(readable) else 1 << kernel.CAP_DAC_READ_SEARCH
        kernel.prctl(kernel.PR_SET_KEEPCAPS, 1 if kept else 0)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    kernel.set_capabilities(kept)
    with contextlib.suppress(OSError):  # kernels before 4.3 have no ambient set to clear
        kernel.prctl(kernel.PR_CAP_AMBIENT, kernel.PR_CAP_AMBIENT_CLEAR_ALL)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)


def _is_open_to_all(paths: list[str]) -> bool:
    """Say whether any user may enter every folder on the way to the paths."""
    folders = {folder for path in paths for folder in Path(path).parents}
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders if folder.exists())
