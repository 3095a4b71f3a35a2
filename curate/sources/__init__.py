"""Problems and traces from hub data sets, files and our own collection.

Names are loaded when first used, so that importing this package stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curate.sources.adapters import Adapter as Adapter
    from curate.sources.adapters import find_adapter as find_adapter
    from curate.sources.benchmarks import Benchmark as Benchmark
    from curate.sources.benchmarks import BenchmarkProblem as BenchmarkProblem
    from curate.sources.benchmarks import find_benchmark_file as find_benchmark_file
    from curate.sources.benchmarks import read_benchmark as read_benchmark
    from curate.sources.builtin import builtin_problems as builtin_problems
    from curate.sources.builtin_types import BuiltinProblem as BuiltinProblem
    from curate.sources.builtin_types import Step as Step
    from curate.sources.choosing import read_problems as read_problems
    from curate.sources.mixed import read_rows as read_rows
    from curate.sources.problem_rows import read_problem_rows as read_problem_rows
    from curate.sources.row_complaint import RowComplaint as RowComplaint
    from curate.sources.solved import read_solved_problems as read_solved_problems
    from curate.sources.trace_rows import TraceRow as TraceRow
    from curate.sources.trace_rows import read_traces as read_traces

_HOMES = {
    "Adapter": "adapters",
    "Benchmark": "benchmarks",
    "BenchmarkProblem": "benchmarks",
    "BuiltinProblem": "builtin_types",
    "RowComplaint": "row_complaint",
    "Step": "builtin_types",
    "TraceRow": "trace_rows",
    "builtin_problems": "builtin",
    "find_adapter": "adapters",
    "find_benchmark_file": "benchmarks",
    "read_benchmark": "benchmarks",
    "read_problem_rows": "problem_rows",
    "read_problems": "choosing",
    "read_rows": "mixed",
    "read_solved_problems": "solved",
    "read_traces": "trace_rows",
}

__all__ = [
    "Adapter",
    "Benchmark",
    "BenchmarkProblem",
    "BuiltinProblem",
    "RowComplaint",
    "Step",
    "TraceRow",
    "builtin_problems",
    "find_adapter",
    "find_benchmark_file",
    "read_benchmark",
    "read_problem_rows",
    "read_problems",
    "read_rows",
    "read_solved_problems",
    "read_traces",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
