"""Run a command as an ordinary user without a name, from root; the interpreter may lie in root's own home.

`python as_user.py COMMAND...`. In a mount namespace of its own, a folder that only root may enter is covered
by an empty one that holds nothing but the paths the command needs. Exit code 3 and a sentence on standard
error where this machine does not let root do that.
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
import tempfile
from pathlib import Path

USER = 54_321
_CLONE_NEWNS, _MS_BIND, _MS_REC, _MS_PRIVATE = 0x20000, 0x1000, 0x4000, 0x40000
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Give up root and become the command."""
    try:
        _uncover([Path(sys.base_prefix), Path(sys.prefix), Path(__file__).resolve().parents[3]])
        os.setgroups([])
        os.setresgid(USER, USER, USER)
        os.setresuid(USER, USER, USER)
    except OSError as error:
        print(f"root cannot become an ordinary user here: {error}", file=sys.stderr)
        sys.exit(3)
    os.chdir("/")
    os.environ["HOME"] = "/"
    os.execv(sys.argv[1], sys.argv[1:])


def _uncover(needed: list[Path]) -> None:
    closed = sorted({folder for path in needed for folder in path.parents if not _is_open(folder)})
    if not closed:
        return
    _check(_libc.unshare(_CLONE_NEWNS))
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE)
    hold = Path(tempfile.mkdtemp(prefix="attack-hold-"))
    _mount("none", str(hold), "tmpfs", 0, "mode=755")
    for cover in closed[:1]:
        inside = [path for path in dict.fromkeys(needed) if cover in path.parents]
        for number, path in enumerate(inside):
            (hold / str(number)).mkdir()
            _mount(str(path), str(hold / str(number)), "", _MS_BIND | _MS_REC)
        _mount("none", str(cover), "tmpfs", 0, "mode=755")
        for number, path in enumerate(inside):
            path.mkdir(parents=True, exist_ok=True)
            _mount(str(hold / str(number)), str(path), "", _MS_BIND | _MS_REC)


def _is_open(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def _mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    encoded = [text.encode() or None for text in (source, target, kind)]
    _check(_libc.mount(*encoded, ctypes.c_ulong(flags), data.encode() or None))


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    main()
