"""The kernel's calls that Python does not wrap, by ctypes; each raises OSError with the layer's name.

Only the fork server and its children call these. Constants are those of the kernel's own headers.
"""

from __future__ import annotations

import ctypes
import errno
import os

from curate.sandbox.inside.syscalls import machine_index, number_of

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_CAPBSET_DROP = 1, 4, 8, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
CAP_DAC_READ_SEARCH = 2
_LAST_CAP = 63
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns_fd")]


def _fail(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{what}: {os.strerror(number)}")


def call(name: str, *arguments: object) -> int:
    """Make a system call by name; ints and buffers as arguments.

    Raises:
        OSError: with the call's name, when the kernel refuses it or this machine has no such call.
    """
    machine = machine_index()
    number = None if machine is None else number_of(name, machine)
    if number is None:
        raise OSError(errno.ENOSYS, f"{name}: no such call on this machine")
    converted = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result = int(_libc.syscall(ctypes.c_long(number), *converted))
    if result < 0:
        raise _fail(name)
    return result


def prctl(option: int, *values: int) -> None:
    """Set one attribute of this process."""
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    if _libc.prctl(ctypes.c_int(option), *padded) < 0:
        raise _fail(f"prctl {option}")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount, bind or remount."""
    texts = [text.encode("utf-8", "surrogateescape") or None for text in (source, target, kind)]
    if _libc.mount(*texts, ctypes.c_ulong(flags), options.encode() or None) < 0:
        raise _fail(f"mount {target}")


def make_read_only(target: str) -> None:
    """Make a mount and all below it read-only, without set-user-id programs and devices (Linux 5.12)."""
    attributes = _MountAttributes(MS_RDONLY | MS_NOSUID | MS_NODEV, 0, 0, 0)
    path = ctypes.c_char_p(target.encode("utf-8", "surrogateescape"))
    recursive, here = 0x8000, -100
    call("mount_setattr", here, path, recursive, ctypes.byref(attributes), ctypes.sizeof(attributes))


def detach(target: str) -> None:
    """Take a mount out of sight."""
    if _libc.umount2(target.encode(), MNT_DETACH) < 0:
        raise _fail(f"umount {target}")


def pivot_root(new_root: str, put_old: str) -> None:
    """Make another folder the root of this mount namespace."""
    call("pivot_root", ctypes.c_char_p(new_root.encode()), ctypes.c_char_p(put_old.encode()))


def set_capabilities(kept: int = 0) -> None:
    """Keep only the capabilities of a bit mask (below 32), effective and permitted."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
    call("capset", ctypes.byref(header), ctypes.byref(data))


def drop_bounding_set() -> None:
    """Give up every capability for all that this process may ever execute.

    Refused to those who hold none; for them no_new_privs is enough.
    """
    for number in range(_LAST_CAP + 1):
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.EPERM):  # EINVAL: past the last one of this kernel
                return
            raise


def install_filter(code: bytes, n_steps: int) -> None:
    """Install a seccomp filter on this thread."""
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _FilterProgram(n_steps, ctypes.cast(buffer, ctypes.c_void_p))
    set_mode_filter = 1
    call("seccomp", set_mode_filter, 0, ctypes.byref(program))
