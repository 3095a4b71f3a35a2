"""Agents over a real store with embedded teachers: what they ask, what they leave, what it cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from curate.config import RunFile
from curate.stages.agents import AgentsReport, run_agents
from curate.stages.filtering import filter_store
from curate.stages.generation import generate
from curate.stages.stop import StopSignal
from curate.store.run_id import new_run_id
from curate.store.store import Store

HELPER = {"alias": "helper", "model": "embedded-strong", "base_url": "embedded", "weight": 1}
N_PROBLEMS = 6


class Lab:
    """A store and a run file over it, run step by step."""

    def __init__(self, folder: Path, run: RunFile) -> None:
        self.run = run
        self.store = Store.open(folder, create=True)
        self.n_runs = 0

    def generate(self) -> None:
        generate(self.store, self.run, run_id=self._run_id())

    def agents(self, stop: StopSignal | None = None) -> AgentsReport:
        report = run_agents(self.store, self.run, run_id=self._run_id(), stop=stop)
        self.store.project()
        return report

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.store.read() as reader:
            return reader.rows(query)

    def bodies(self, role: str) -> list[str]:
        """Give the last user message of every request in one role."""
        found = []
        for path in sorted((self.store.path / "journal").glob("*.jsonl")):
            for line in path.read_bytes().splitlines():
                data = orjson.loads(line)
                if data["kind"] == "sent" and data["role"] == role:
                    found.append(data["body"]["messages"][-1]["content"])
        return found

    def _run_id(self) -> str:
        self.n_runs += 1
        return new_run_id(1_800_000_000.0 + self.n_runs, f"{self.n_runs:06x}")


MakeLab = Callable[..., Lab]


@pytest.fixture
def make_lab(tmp_path: Path) -> MakeLab:
    """Give labs whose solver errs as asked and whose helper plays the agents."""

    def make(faults: object, agents: dict[str, object], format: str = "cot") -> Lab:
        solver = {"alias": "solver", "model": "embedded", "base_url": "embedded"}
        run = RunFile.model_validate(
            {
                "store": tmp_path / "store",
                "problems": [{"source": "builtin", "limit": N_PROBLEMS}],
                "teachers": [
                    {**solver, "sampling": {"extra": {"tracemill_faults": faults}}},
                    {**HELPER, "sampling": {"extra": {"tracemill_faults": {"refusal": 1}}}},
                ],
                "prompts": [{"format": format, "granularity": 5 if format == "cot" else None}],
                "generate": {"agents": agents},
                "verify": {"workers": 1},
            }
        )
        lab = Lab(tmp_path / "store", run)
        lab.generate()
        return lab

    return make


def test_without_agents_nothing_is_asked(make_lab) -> None:
    lab = make_lab(0, {})
    before = lab.store.totals().n_sent
    assert lab.agents().is_complete
    assert lab.store.totals().n_sent == before


def test_judge_speaks_beside_the_rules_and_never_for_them(make_lab) -> None:
    lab = make_lab({"none": 1, "wrong_answer": 1}, {"verifier": {"teacher": "helper", "when": "always"}})
    report = lab.agents()
    n_traces = len(lab.rows("SELECT 1 FROM traces WHERE role = 'solver' AND stated_answer IS NOT NULL"))
    assert report.judged.n_judged == n_traces == N_PROBLEMS
    assert report.judged.n_correct + report.judged.n_incorrect > 0
    verifiers = {name for (name,) in lab.rows("SELECT DISTINCT verifier FROM best_verdicts")}
    assert verifiers == {"answer"}
    assert lab.rows("SELECT count(*) FROM verdicts WHERE verifier = 'judge'") == [(n_traces,)]


def test_judge_is_not_asked_where_rules_are_decisive(make_lab) -> None:
    lab = make_lab({"none": 1, "wrong_answer": 1}, {"verifier": {"teacher": "helper"}})
    assert lab.agents().judged.n_judged == 0
    assert lab.bodies("verifier") == []


@pytest.mark.parametrize("with_gold", [True, False])
def test_judge_sees_the_gold_only_when_told_so(make_lab, with_gold) -> None:
    agents = {"verifier": {"teacher": "helper", "when": "always", "with_gold": with_gold}}
    lab = make_lab({"wrong_answer": 1}, agents)
    lab.agents()
    golds = dict(lab.rows("SELECT question, gold FROM problems"))
    for said in lab.bodies("verifier"):
        question = next(question for question in golds if question in said)
        assert (golds[question] in said.replace(question, "")) is with_gold


def test_second_run_asks_no_agent_again(make_lab) -> None:
    agents = {
        "verifier": {"teacher": "helper", "when": "always"},
        "critic": {"teacher": "helper", "rounds": 2},
        "compressor": {"teacher": "helper", "words": [60, 30, 15]},
    }
    lab = make_lab({"none": 2, "wrong_arithmetic": 1}, agents)
    assert lab.agents().is_complete
    before = lab.store.totals().n_sent
    again = lab.agents()
    assert again.is_complete
    assert lab.store.totals().n_sent == before
    assert lab.rows("SELECT trace_id FROM verdicts GROUP BY trace_id, verifier HAVING count(*) > 1") == []


def test_critics_finding_goes_back_to_the_solver_and_the_repair_has_a_parent(make_lab) -> None:
    lab = make_lab({"wrong_arithmetic": 1}, {"critic": {"teacher": "helper"}})
    report = lab.agents()
    assert report.repaired.n_found > N_PROBLEMS // 2
    assert report.repaired.n_repairs == report.repaired.n_found
    assert report.repaired.n_fixed > 0
    repairs = lab.rows(
        "SELECT r.teacher, p.role, v.status FROM traces r JOIN traces p ON p.trace_id = r.parent_trace_id "
        "LEFT JOIN best_verdicts v ON v.trace_id = r.trace_id WHERE r.role = 'repair'"
    )
    assert len(repairs) == report.repaired.n_repairs
    assert {(teacher, role) for teacher, role, _ in repairs} == {("solver", "solver")}
    assert sum(status == "correct" for _, _, status in repairs) == report.repaired.n_fixed
    golds = dict(lab.rows("SELECT question, gold FROM problems"))
    assert not any(
        f"answer should be {gold}" in said for said in lab.bodies("critic") for gold in golds.values()
    )


def test_reject_code_of_the_equation_solver_goes_back_without_a_critic(make_lab) -> None:
    lab = make_lab({"underdetermined": 1}, {"critic": {"teacher": "helper"}}, format="eot")
    report = lab.agents()
    assert report.repaired.n_repairs > 0
    assert any("underdetermined" in said for said in lab.bodies("repair"))
    formats = lab.rows("SELECT DISTINCT format, role FROM traces WHERE role = 'repair'")
    assert formats == [("eot", "repair")]
    assert report.repaired.n_fixed > 0


def test_rounds_are_bounded_and_each_repairs_the_one_before(make_lab) -> None:
    for rounds in (1, 3):
        lab = make_lab({"wrong_arithmetic": 1}, {"critic": {"teacher": "helper", "rounds": rounds}})
        lab.agents()
        chains = lab.rows(
            "WITH RECURSIVE chain AS ("
            " SELECT trace_id, 0 AS depth FROM traces WHERE role = 'solver'"
            " UNION ALL SELECT t.trace_id, depth + 1 FROM traces t"
            " JOIN chain c ON c.trace_id = t.parent_trace_id WHERE t.role = 'repair')"
            " SELECT max(depth) FROM chain"
        )
        assert 1 <= chains[0][0] <= rounds


def test_programs_that_nothing_could_run_are_left_alone(make_lab) -> None:
    lab = make_lab({"wrong_answer": 1}, {"critic": {"teacher": "helper"}}, format="pot")
    lab.agents()
    unrun = lab.rows("SELECT count(*) FROM verdicts WHERE reason = 'sandbox_missing'")
    if unrun[0][0]:
        assert lab.bodies("repair") == []


@pytest.mark.parametrize("source", ["previous", "first"])
def test_levels_shrink_are_verified_anew_and_name_their_parents(make_lab, source) -> None:
    agents = {"compressor": {"teacher": "helper", "words": [100, 60, 30, 12], "source": source}}
    lab = make_lab(0, agents)
    report = lab.agents()
    assert report.compressed.n_roots == N_PROBLEMS
    assert report.compressed.n_kept > N_PROBLEMS
    kept = lab.rows(
        "SELECT t.n_words, p.n_words, b.status, p.role FROM traces t "
        "JOIN traces p ON p.trace_id = t.parent_trace_id "
        "JOIN verdicts w ON w.trace_id = t.trace_id AND w.verifier = 'compression' AND w.status = 'correct' "
        "JOIN best_verdicts b ON b.trace_id = t.trace_id WHERE t.role = 'compressor'"
    )
    assert len(kept) == report.compressed.n_kept
    assert all(words < parent_words and status == "correct" for words, parent_words, status, _ in kept)
    assert {role for *_, role in kept} == ({"solver"} if source == "first" else {"solver", "compressor"})


def test_rewrite_that_fails_is_kept_with_its_reason_and_dropped_by_the_policy(make_lab) -> None:
    lab = make_lab(0, {"compressor": {"teacher": "helper", "words": [60, 8, 5]}})
    report = lab.agents()
    dropped = sum(n for _, n in report.compressed.dropped)
    assert dropped > 0
    reasons = lab.rows("SELECT reason FROM verdicts WHERE verifier = 'compression' AND status = 'incorrect'")
    assert len(reasons) == dropped
    filter_store(lab.store, policy="verified")
    failed = lab.rows("SELECT count(*) FROM decisions WHERE rule = 'failed_rewrite' AND is_dropped")
    assert failed == [(dropped,)]


def test_unverified_solutions_are_never_compressed(make_lab) -> None:
    lab = make_lab({"wrong_answer": 1}, {"compressor": {"teacher": "helper"}})
    assert lab.agents().compressed.n_roots == 0


def test_wish_to_stop_is_heard_before_anything_is_asked(make_lab) -> None:
    lab = make_lab(0, {"compressor": {"teacher": "helper"}})
    before = lab.store.totals().n_sent
    stop = StopSignal()
    stop.request()
    report = lab.agents(stop)
    assert report.is_stopped
    assert not report.is_complete
    assert lab.store.totals().n_sent == before


def test_each_call_has_its_own_cost_in_the_accounts(make_lab) -> None:
    lab = make_lab(0, {"compressor": {"teacher": "helper", "words": [60, 30]}})
    lab.agents()
    asked = lab.rows("SELECT count(*) FROM requests WHERE role = 'compressor'")[0][0]
    answered = lab.rows(
        "SELECT count(*) FROM completions JOIN requests USING (request_id) WHERE role = 'compressor'"
    )[0][0]
    assert asked == answered > 0
