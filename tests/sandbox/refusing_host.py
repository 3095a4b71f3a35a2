"""Run a command on a host that refuses system calls: `refusing_host.py CALLS COMMAND...` (CALLS: a,b,c).

The calls give EPERM for the command and all its children, as under a container's own filter.
"""

from __future__ import annotations

import errno
import os
import struct
import sys

from curate.sandbox.inside import kernel
from curate.sandbox.inside.syscalls import machine_index, number_of

_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000


def main() -> None:
    """Lay the filter over this process and become the command."""
    machine = machine_index()
    assert machine is not None
    steps = [(_LOAD, 0, 0, 0)]
    for name in sys.argv[1].split(","):
        number = number_of(name, machine)
        assert number is not None, name
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.install_filter(b"".join(struct.pack("<HBBI", *step) for step in steps), len(steps))
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
