"""What is to be asked, as a lazy stream of units: the shapes that plans, engine, batches and agents share.

A `Unit` is one request with what it was made from. `Work` is anything that streams units per teacher: the
plan of a run file (curate.stages.plan) or a list. Whether a unit is already answered is not known here.

A teacher with the transport `batch` gets a `BatchWork`; `curate.stages.batching.generate_batches(work)` runs
in a thread of its own and gives a `BatchOutcome`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from curate.stages.stop import StopSignal
from curate.types import Problem, PromptTemplate, Request, Teacher

if TYPE_CHECKING:
    from curate.sources import RowComplaint
    from curate.store import JournalWriter, Store
    from curate.teachers.budget import Budget


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to ask, with what it was made from."""

    request: Request
    problem: Problem
    template: PromptTemplate
    wave: int = 0


class Work(Protocol):
    """What the engine can be given to ask."""

    @property
    def teachers(self) -> tuple[Teacher, ...]:
        """Whom to ask."""
        ...

    def units(self, teacher: Teacher) -> Iterator[Unit]:
        """Stream what one teacher is to be asked."""
        ...

    def count_rows(self) -> Iterator[RowComplaint | tuple[int, ...]]:
        """Count, a row at a time, the units of each teacher."""
        ...


@dataclass(frozen=True, slots=True)
class ListedWork:
    """A list of units as work: what agents ask about traces that exist."""

    listed: tuple[Unit, ...]

    @property
    def teachers(self) -> tuple[Teacher, ...]:
        """Give the teachers in the order of their first unit."""
        return tuple({unit.request.teacher.alias: unit.request.teacher for unit in self.listed}.values())

    def units(self, teacher: Teacher) -> Iterator[Unit]:
        """Stream the units of one teacher."""
        return (unit for unit in self.listed if unit.request.teacher.alias == teacher.alias)

    def count_rows(self) -> Iterator[RowComplaint | tuple[int, ...]]:
        """Give the number of units of each teacher."""
        aliases = [unit.request.teacher.alias for unit in self.listed]
        yield tuple(aliases.count(teacher.alias) for teacher in self.teachers)


@dataclass(frozen=True, slots=True)
class BatchWork:
    """All that one teacher with a batch transport is to be asked, and what it shares with the run.

    `units` is lazy and leaves out what is answered. `append_lineage` is called with a unit before its `sent`.
    """

    store: Store
    teacher: Teacher
    units: Iterator[Unit]
    journal: JournalWriter
    append_lineage: Callable[[Unit], None]
    run_id: str
    budget: Budget
    stop: StopSignal
    environ: Mapping[str, str]
    on_progress: Callable[[BatchOutcome], None]


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """How far a teacher's batches are; also their progress while they run."""

    n_asked: int = 0
    n_answered: int = 0
    n_tokens_in: int = 0
    n_tokens_out: int = 0
    finals: tuple[tuple[str, int], ...] = ()
    """Units that ended with a reason of their own, by class."""
    faults: tuple[tuple[str, int], ...] = ()
    n_left: int = 0
    """Units that were taken from `units` and have neither an answer nor a final reason."""
    note: str = ""
    """A line for people: what is waited for, or why units are left."""
