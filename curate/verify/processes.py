"""What the kernel says of another process: its memory and the CPU time it took."""

from __future__ import annotations

import os

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """Give the memory that a process holds, 0 when it is gone."""
    try:
        return int(_read(pid, "statm").split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def cpu_seconds(pid: int) -> float:
    """Give the CPU time that a process took, its own and the kernel's for it, 0 when it is gone."""
    try:
        # The name in brackets may hold anything, blanks and brackets too.
        fields = _read(pid, "stat").rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) * _TICK_S
    except (OSError, ValueError, IndexError):
        return 0.0


def _read(pid: int, name: str) -> bytes:
    with open(f"/proc/{pid}/{name}", "rb") as file:  # noqa: PTH123  read twenty times a second
        return file.read()
