"""System-call numbers of the two machines that the sandbox knows, and which calls a program may make.

Numbers: Linux `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h` (aarch64). A
call without a number on a machine (None) does not exist there. What is not listed as allowed is refused.
"""

from __future__ import annotations

import platform

X86_64, AARCH64 = 0, 1
_MACHINES = {"x86_64": X86_64, "aarch64": AARCH64}
AUDIT_ARCH = (0xC000003E, 0xC00000B7)

# name: (x86_64, aarch64)
_NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63), "write": (1, 64), "open": (2, None), "close": (3, 57), "stat": (4, None),
    "fstat": (5, 80), "lstat": (6, None), "poll": (7, None), "lseek": (8, 62), "mmap": (9, 222),
    "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "ioctl": (16, 29), "pread64": (17, 67),
    "readv": (19, 65), "writev": (20, 66), "access": (21, None), "pipe": (22, None), "select": (23, None),
    "sched_yield": (24, 124), "mremap": (25, 216), "madvise": (28, 233), "dup": (32, 23), "dup2": (33, None),
    "pause": (34, None), "nanosleep": (35, 101), "getitimer": (36, 102), "alarm": (37, None),
    "setitimer": (38, 103), "getpid": (39, 172), "sendto": (44, 206), "recvfrom": (45, 207),
    "shutdown": (48, 210), "getsockname": (51, 204), "socketpair": (53, 199), "clone": (56, 220),
    "exit": (60, 93), "kill": (62, 129), "uname": (63, 160), "fcntl": (72, 25), "getdents": (78, None),
    "getcwd": (79, 17), "chdir": (80, 49), "readlink": (89, None), "gettimeofday": (96, 169),
    "getrlimit": (97, 163), "getrusage": (98, 165), "sysinfo": (99, 179), "times": (100, 153),
    "getuid": (102, 174), "getgid": (104, 176), "geteuid": (107, 175), "getegid": (108, 177),
    "getppid": (110, 173), "getpgrp": (111, None), "getgroups": (115, 158), "getresuid": (118, 148),
    "getresgid": (120, 150), "getpgid": (121, 155), "getsid": (124, 156), "rt_sigpending": (127, 136),
    "rt_sigtimedwait": (128, 137), "rt_sigsuspend": (130, 133), "sigaltstack": (131, 132),
    "arch_prctl": (158, None), "gettid": (186, 178), "futex": (202, 98), "sched_getaffinity": (204, 123),
    "set_tid_address": (218, 96), "getdents64": (217, 61), "restart_syscall": (219, 128),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    "exit_group": (231, 94), "epoll_wait": (232, None), "epoll_ctl": (233, 21), "tgkill": (234, 131),
    "openat": (257, 56), "newfstatat": (262, 79), "readlinkat": (267, 78), "faccessat": (269, 48),
    "pselect6": (270, 72), "ppoll": (271, 73), "set_robust_list": (273, 99), "get_robust_list": (274, 100),
    "epoll_pwait": (281, 22), "eventfd2": (290, 19), "epoll_create1": (291, 20), "dup3": (292, 24),
    "pipe2": (293, 59), "prlimit64": (302, 261), "getrandom": (318, 278), "membarrier": (324, 283),
    "statx": (332, 291), "rseq": (334, 293), "clone3": (435, 435), "close_range": (436, 436),
    "faccessat2": (439, 439), "statfs": (137, 43), "fstatfs": (138, 44),
    # Only the fork server itself makes these:
    "unshare": (272, 97), "pivot_root": (155, 41), "capset": (126, 91), "seccomp": (317, 277),
    "mount_setattr": (442, 442), "landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
}  # fmt: skip

_SERVER_ONLY = frozenset(
    {
        "unshare", "pivot_root", "capset", "seccomp", "mount_setattr", "landlock_create_ruleset",
        "landlock_add_rule", "landlock_restrict_self",
    }
)  # fmt: skip
# These are allowed with certain arguments only; `seccomp` writes their conditions.
CONDITIONAL = ("clone", "clone3", "kill", "tgkill", "prlimit64", "socketpair", "sendto", "ioctl", "fcntl")


def machine_index() -> int | None:
    """Give the column of this machine, None where the tables hold nothing for it."""
    return _MACHINES.get(platform.machine())


def number_of(name: str, machine: int) -> int | None:
    """Give the number of a call, None where the machine has no such call."""
    return _NUMBERS[name][machine]


def plain_calls(machine: int) -> list[int]:
    """Give the numbers that are allowed whatever their arguments, in rising order."""
    skipped = _SERVER_ONLY.union(CONDITIONAL)
    numbers = (pair[machine] for name, pair in _NUMBERS.items() if name not in skipped)
    return sorted(number for number in numbers if number is not None)
