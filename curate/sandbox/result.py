"""What is asked of the sandbox and what it found; plain data, no process is touched here.

A status other than `ok` is a fact about the run, not about the mathematics: `crash` and a refusal of the
backend mean that the program could not be run, never that it is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal[
    "ok", "error", "timeout", "memory", "output_limit", "killed", "crash", "protocol", "no_answer"
]
AnswerFrom = Literal["", "return", "variable", "printed", "expression"]
BackendName = Literal["namespaces", "landlock", "unsafe"]


@dataclass(frozen=True, slots=True)
class ExecLimits:
    """What one program may take: wall seconds, and megabytes beyond the interpreter's own."""

    timeout_s: float = 5.0
    memory_mb: int = 1024


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """A value that another convention gives and that differs from the answer that counts."""

    answer_from: AnswerFrom
    answer: str


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """How a program ended. `answer` is its value in one canonical spelling, empty when there is none.

    `conflicts` holds the values of other conventions where they differ. `error` is the exception's type and
    message, escaped and bounded. `seconds` is wall time, `cpu_s` CPU time of the program alone. `backend`
    is the isolation it ran under; `unsafe` marks a run without any. `server` tells fork servers of one
    pool apart.
    """

    status: Status
    answer: str = ""
    answer_from: AnswerFrom = ""
    conflicts: tuple[OtherAnswer, ...] = ()
    stdout: str = ""
    stderr: str = ""
    is_truncated: bool = False
    error: str = ""
    signal: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    backend: str = ""
    landlock_abi: int = 0
    server: int = 0
