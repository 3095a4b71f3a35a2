"""A world of its own for the fork server: new namespaces and a root that holds only what programs may read.

`enter_namespaces` makes them and becomes process 1 inside; `shrink_root` comes after the preload and swaps
the root for an empty one with read-only binds. There is no /proc, /dev, /tmp or home in it.
"""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path

from curate.sandbox.inside import kernel

_SCAFFOLD = "/proc"  # always there, never a source of ours, and not needed once the root is swapped
_BIND = kernel.MS_BIND | kernel.MS_REC


def enter_namespaces() -> None:
    """Make the namespaces; returns in the process that is number 1 inside, the outer one waits for it.

    Raises:
        OSError: when the kernel or the host's policy refuses a namespace.
    """
    uid, gid = os.getuid(), os.getgid()
    flags = kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWNET
    flags |= kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
    if uid != 0:
        flags |= kernel.CLONE_NEWUSER
    kernel.call("unshare", flags)
    if uid != 0:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")
    # Some hosts let unshare succeed and then deny what it is for, so the first mount is tried at once.
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    outer = os.pidfd_open(os.getpid())
    inner = os.fork()
    if inner:
        _wait_for(inner)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    _leave_if_ended(outer)
    os.close(outer)


def shrink_root(binds: list[str]) -> None:
    """Swap the root for an empty read-only one with the binds; links stay links.

    Raises:
        OSError: when a mount is refused.
    """
    kernel.mount("none", _SCAFFOLD, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=755,size=1m")
    for path in binds:
        _bind(path)
    os.chdir(_SCAFFOLD)
    kernel.pivot_root(".", ".")
    kernel.detach(".")
    os.chdir("/")
    kernel.make_read_only("/")


def _bind(path: str) -> None:
    inside = _SCAFFOLD + path
    if Path(inside).exists() or Path(inside).is_symlink():
        return
    Path(inside).parent.mkdir(parents=True, exist_ok=True)
    if Path(path).is_symlink():
        Path(inside).symlink_to(Path(path).readlink())
        return
    if Path(path).is_dir():
        Path(inside).mkdir()
    else:
        Path(inside).touch()
    kernel.mount(path, inside, "", _BIND)


def _wait_for(inner: int) -> None:
    """Live as long as the inner process does, holding nothing open; end as it ended."""
    os.closerange(0, 4096)
    _, status = os.waitpid(inner, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _leave_if_ended(outer: int) -> None:
    """End when the outer process died before its death could be signalled."""
    watch = select.poll()
    watch.register(outer, select.POLLIN)
    if watch.poll(0):
        os._exit(1)
