"""Locks on teachers: one run at a time, and nobody is locked out by the dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from curate.errors import StoreBusyError
from curate.store import Store

HOLD = """
import sys
from pathlib import Path
from curate.store import Store
with Store.open(Path(sys.argv[1])).lock_teacher("t1"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_told_who_asks_this_teacher(store: Store) -> None:
    command = [sys.executable, "-c", HOLD, str(store.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StoreBusyError) as caught, store.lock_teacher("t1"):
            pass
        assert str(holder.pid) in caught.value.message
        assert caught.value.hint
        with store.lock_teacher("t2"):
            pass
        holder.communicate("")
    with store.lock_teacher("t1"):
        pass


def test_a_killed_process_gives_its_lock_back(store: Store) -> None:
    command = [sys.executable, "-c", HOLD, str(store.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with store.lock_teacher("t1"):
        pass


def test_a_forked_child_that_lives_on_does_not_keep_the_lock(store: Store) -> None:
    reading, writing = os.pipe()
    with store.lock_teacher("t1"):
        child = os.fork()
        if child == 0:
            os.close(writing)
            os.read(reading, 1)
            os._exit(0)
    with store.lock_teacher("t1"):
        pass
    os.close(writing)
    os.close(reading)
    os.waitpid(child, 0)


def test_one_process_cannot_take_a_lock_twice(store: Store) -> None:
    with store.lock_teacher("t1"), pytest.raises(StoreBusyError), store.lock_teacher("t1"):
        pass
