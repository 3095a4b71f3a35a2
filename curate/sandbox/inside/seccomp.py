"""The seccomp filter of a program, as BPF bytes built once and completed with the program's process id.

The architecture is checked first (a foreign one and x32 end the process), then each call against the list;
what is not on it gets EPERM, so that a program sees an ordinary OSError. Arguments are compared by their low
and high halves, because BPF loads 32 bits; pointers cannot be followed, which is why clone3 is refused with
ENOSYS (the C library falls back to clone).
"""

from __future__ import annotations

import errno
import struct

from curate.sandbox.inside import kernel
from curate.sandbox.inside.syscalls import AUDIT_ARCH, X86_64, number_of, plain_calls

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCH_AT, _ARGS_AT = 0, 4, 16
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_X32_BIT = 0x40000000
_CLONE_THREAD = 0x00010000
_AF_UNIX, _SOCK_STREAM, _SOCK_FLAGS = 1, 1, 0o2004000  # SOCK_CLOEXEC | SOCK_NONBLOCK may be set too
_IOCTLS = (0x5401, 0x5413, 0x5421, 0x5450, 0x5451)  # TCGETS TIOCGWINSZ FIONBIO FIONCLEX FIOCLEX
_SECCOMP_SET_MODE_FILTER, _FLAG_NONE = 1, 0
# F_DUPFD F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW F_DUPFD_CLOEXEC F_GETPIPE_SZ
_FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1032)
_F_SETFL, _O_ASYNC = 4, 0o20000
_OWN_PID = -1

Step = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


class ProgramFilter:
    """The filter for one machine; `install` closes the calling process in, for good."""

    def __init__(self, machine: int) -> None:
        self._steps = _build(machine)

    def install(self, own_pid: int) -> None:
        """Install the filter on this process; no_new_privs must be set.

        Raises:
            OSError: when the kernel refuses it.
        """
        code = b"".join(
            struct.pack("<HBBI", op, yes, no, own_pid if k == _OWN_PID else k)
            for op, yes, no, k in self._steps
        )
        kernel.install_filter(code, len(self._steps))


def _build(machine: int) -> list[Step]:
    steps: list[Step] = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    if machine == X86_64:
        steps += [(_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL)]
    for numbers in _runs(plain_calls(machine)):
        steps += _allow_run(*numbers)
    for name, block in _conditions().items():
        number = number_of(name, machine)
        if number is not None:
            steps += [(_EQUAL, 0, len(block), number), *block]
    return [*steps, (_RETURN, 0, 0, _ERRNO | errno.EPERM)]


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Join neighbouring numbers, so that a call costs few comparisons."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def _allow_run(first: int, last: int) -> list[Step]:
    if first == last:
        return [(_EQUAL, 0, 1, first), (_RETURN, 0, 0, _ALLOW)]
    return [(_AT_LEAST, 0, 2, first), (_AT_LEAST, 1, 0, last + 1), (_RETURN, 0, 0, _ALLOW)]


def _conditions() -> dict[str, list[Step]]:
    """Give, for each call that depends on its arguments, a block that always returns."""
    refuse = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    allow = (_RETURN, 0, 0, _ALLOW)
    first_is_me = [_low(0), (_EQUAL, 0, 1, _OWN_PID), allow, refuse]
    return {
        "clone": [_low(0), (_ANY_BIT, 0, 1, _CLONE_THREAD), allow, refuse],
        "clone3": [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)],
        "kill": first_is_me,
        "tgkill": first_is_me,
        "prlimit64": [_low(0), (_EQUAL, 0, 1, 0), allow, refuse],
        "socketpair": [
            _low(0), (_EQUAL, 0, 4, _AF_UNIX),
            _low(1), (_ANY_BIT, 2, 0, 0xFFFFFFFF ^ (_SOCK_STREAM | _SOCK_FLAGS)),
            (_ANY_BIT, 0, 1, _SOCK_STREAM), allow, refuse,
        ],
        # Without an address a message can only go to the other end of the program's own pair.
        "sendto": [_low(4), (_EQUAL, 0, 3, 0), _high(4), (_EQUAL, 0, 1, 0), allow, refuse],
        # No owner, signal or lease on a descriptor: the kernel would signal others in the program's name.
        "fcntl": [
            _low(1), (_EQUAL, 0, 3, _F_SETFL),
            _low(2), (_ANY_BIT, 0, len(_FCNTLS) + 2, _O_ASYNC), refuse,
            *((_EQUAL, len(_FCNTLS) - at, 0, command) for at, command in enumerate(_FCNTLS)),
            refuse, allow,
        ],
        "ioctl": [
            _low(1), *((_EQUAL, len(_IOCTLS) - at, 0, request) for at, request in enumerate(_IOCTLS)),
            refuse, allow,
        ],
    }  # fmt: skip


def _low(argument: int) -> Step:
    return (_LOAD, 0, 0, _ARGS_AT + 8 * argument)


def _high(argument: int) -> Step:
    return (_LOAD, 0, 0, _ARGS_AT + 8 * argument + 4)
