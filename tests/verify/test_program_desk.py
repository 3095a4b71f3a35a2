"""Programs that wait for a sandbox which then cannot start any worker are left open, not lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from curate.cli.verify import require_sandbox
from curate.errors import MissingError
from curate.sandbox import ProgramResult, SandboxPool
from curate.stages.verification import VerdictCount, VerifyReport
from curate.types import TraceFormat, Verdict, VerdictStatus
from curate.verify import ProgramSettings, TraceToVerify
from curate.verify.checks import without_sandbox
from curate.verify.desks import ProgramDesk
from curate.verify.plans import Outcome, ProgramPlan, ProgramRun

MakeItem = Callable[..., TraceToVerify]


class NoRoom(SandboxPool):
    """A pool that took programs and then cannot start a worker for them."""

    def poll(self, *, wait: bool = True) -> list[tuple[int, ProgramResult]]:
        raise MissingError("No worker could be started", "free memory")


def test_programs_are_left_open_when_no_worker_can_be_started(make_item: MakeItem) -> None:
    said: list[Outcome] = []
    items = [make_item(f"ans = {n}", format=TraceFormat.POT) for n in range(3)]
    settings = ProgramSettings(backend="unsafe")
    with ProgramDesk(1, settings, NoRoom) as desk:
        for item in items:
            plan = ProgramPlan(ProgramRun(item.text), (item.text,), unexpected)
            desk.ask(plan, item, lambda step: said.append(step()))
        assert desk.n_open == 3
        desk.collect(wait=True)
        assert desk.n_open == 0
        desk.ask(plan, items[0], lambda step: said.append(step()))
    assert [one.reason for one in said if isinstance(one, Verdict)] == ["sandbox_missing"] * 4
    assert said[0] == without_sandbox(items[0], "program", "No worker could be started Remedy: free memory.")


def test_programs_left_open_end_the_command_although_the_self_test_holds() -> None:
    count = VerdictCount("program", VerdictStatus.UNDECIDED, "sandbox_missing", "", 7)
    report = VerifyReport("run", 7, (count,), {"undecided": 7}, 1.0, 7.0, 1)
    with pytest.raises(MissingError, match="7 programs were left open") as raised:
        require_sandbox(report)
    assert raised.value.exit_code == 3 and raised.value.hint


def unexpected(result: ProgramResult) -> Outcome:
    raise AssertionError(result)
