"""The teeth of the suite: run attacks in a plain interpreter, where most of them must be seen to succeed."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

from attack_files import Attack
from attack_runs import Outcome, process_parents
from attack_world import World

_TIMEOUT_S = 10.0
_MEMORY = 6 << 30
_RUNNER = (
    "import sys\nnames = {'__name__': '__main__'}\nexec(sys.stdin.read(), names)\nprint(names.get('ans'))"
)


def run_unprotected(attacks: Iterable[Attack], world: World, say: Callable[[Outcome], None]) -> None:
    """Run each attack in a child with the caller's environment, in the throwaway folder."""
    for attack in attacks:
        started = time.monotonic()
        child = subprocess.Popen(
            [sys.executable, "-c", _RUNNER], text=True, cwd=world.folder, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY)),
        )  # fmt: skip
        try:
            said = child.communicate(world.fill(attack.source), timeout=_TIMEOUT_S)[0]
        except subprocess.TimeoutExpired:
            child.kill()
            said = child.communicate()[0]
        faults = [line[:100] for line in said.splitlines() if line.startswith("PWNED")]
        faults += ["a canary was printed" for canary in world.canaries if canary in said]
        faults += world.faults() + _end_survivors()
        seconds = time.monotonic() - started
        say(Outcome(attack.name, tuple(faults), str(child.returncode), said[-200:], "", seconds))


def _end_survivors() -> list[str]:
    """End the processes that an attack left; they are children of this one, which adopts orphans."""
    left = [pid for pid, parent in process_parents().items() if parent == os.getpid()]
    for pid in left:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return [f"processes survived: {len(left)}"] if left else []
