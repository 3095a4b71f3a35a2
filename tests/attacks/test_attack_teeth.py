"""The attacks are real and the harness sees them: without isolation most of them succeed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[[str, bool], Any]


def test_harness_sees_attacks_succeed_in_a_plain_interpreter(suite_run: Run) -> None:
    faults = suite_run("none", False).faults
    seen = [name for name, found in faults.items() if found]
    assert len(faults) >= 40
    # Some need what a machine may lack: IPv6, a heap of the usual kind, an open port.
    assert len(seen) >= 0.85 * len(faults), sorted(set(faults) - set(seen))


def test_effects_outside_the_program_are_seen_without_its_own_word(suite_run: Run) -> None:
    faults = suite_run("none", False).faults
    for name, effect in (
        ("file_writes/overwrite_decoy", "decoy"),
        ("file_writes/new_files_everywhere", "left"),
        ("network/tcp", "listener"),
        ("network/unix_abstract", "listener"),
        ("signals/caller", "signalled"),
        ("processes/setsid_child", "survived"),
        ("parent_proc/environ", "canary"),
    ):
        assert any(effect in fault for fault in faults[name]), (name, faults[name])
