"""Verification: one verdict per trace and check, exact where it can be, undecided where it cannot.

Symbolic engines are only imported inside worker processes.
"""

from curate.callable_package import make_callable
from curate.verify.api import CheckResult, Question, SolveResult, check, check_many, solve, solve_many
from curate.verify.checks import failed_verdict
from curate.verify.equations.solution import Solution
from curate.verify.item import TraceToVerify
from curate.verify.many import verify_many, verify_trace
from curate.verify.pool import default_workers
from curate.verify.programs import ProgramSettings
from curate.verify.versions import VERIFIER_VERSION

__all__ = [
    "VERIFIER_VERSION",
    "CheckResult",
    "ProgramSettings",
    "Question",
    "Solution",
    "SolveResult",
    "TraceToVerify",
    "check",
    "check_many",
    "default_workers",
    "failed_verdict",
    "solve",
    "solve_many",
    "verify_many",
    "verify_trace",
]

make_callable(__name__)
