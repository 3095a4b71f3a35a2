"""The students of a section as candidates to measure, each held against its own training problems first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from curate.evaluation_section import EvaluateSection
from curate.stages.stop import StopSignal
from evaluate.asking import make_rule
from evaluate.backend import Backend, Candidate
from evaluate.benchmarks import Suite
from evaluate.local.loading import require_stack
from evaluate.local.students import Student, find_students
from evaluate.seen import check_seen, require_unseen


def local_candidates(
    name: str,
    section: EvaluateSection,
    export: Path | None,
    suites: Sequence[Suite],
    notes: list[str],
    stop: StopSignal | None = None,
) -> list[Candidate]:
    """Find the students of a name and see that none was trained on the problems; notes say what is unknown.

    Raises:
        MissingError, InputError, UsageError: as `find_students`.
        GateError: as `require_unseen`.
    """
    require_stack()
    candidates = []
    for student in find_students(name, section):
        seen = check_seen(student, suites, export)
        require_unseen(seen, student.label, allow=section.allow_seen)
        if student.training is not None and not seen.is_known:
            notes.append(
                f"{student.label}: its training problems are not known here, so nothing says that it has not "
                "seen these"
            )
        candidates.append(
            Candidate(
                student.label,
                Path(student.base).name if student.training is None else student.training.name,
                student.weights,
                student.mode,
                partial(_open, student, section, stop or StopSignal()),
                student.seed,
                None if student.training is None else student.training.name,
                _export_of(student),
            )
        )
    return candidates


def _export_of(student: Student) -> str | None:
    """Give the export of a trained student; the base before training saw none."""
    said = None if student.data is None or student.seed is None else student.data.get("export_id")
    return None if said is None else str(said)


def _open(student: Student, section: EvaluateSection, stop: StopSignal) -> Backend:
    from evaluate.local.backend import LocalBackend

    return LocalBackend(student, section, make_rule(section), stop)
