"""Write what a request was made from before the request itself: teacher, template and problem, each once."""

from __future__ import annotations

import threading
from typing import Protocol

from curate.stages.engine.known import DigestSet, digest_of
from curate.stages.units import Unit
from curate.store.records import ProblemRecord, Record, TeacherRecord, TemplateRecord


class Appends(Protocol):
    """The part of a journal writer that is needed here."""

    def append(self, record: Record) -> None: ...


class Lineage:
    """Remembers what this run has written. Thread-safe: a batch thread uses it too."""

    def __init__(self, journal: Appends) -> None:
        self._journal = journal
        self._problems = DigestSet()
        self._others: set[str] = set()
        self._lock = threading.Lock()

    def append_lineage(self, unit: Unit) -> None:
        """Write the records that a unit's `sent` refers to, unless this run has.

        Raises:
            JournalError: when the disk refuses.
        """
        teacher, template = unit.request.teacher, unit.template
        with self._lock:
            if teacher.alias not in self._others:
                self._journal.append(TeacherRecord(teacher))
                self._others.add(teacher.alias)
            if template.template_id not in self._others:
                self._journal.append(TemplateRecord(template))
                self._others.add(template.template_id)
            if self._problems.add(digest_of(unit.problem.problem_id)):
                self._journal.append(ProblemRecord(unit.problem))
