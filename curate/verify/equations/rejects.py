"""Why an equation system is refused: a closed set of codes that can go back to the teacher."""

from __future__ import annotations

from typing import Literal, get_args

RejectCode = Literal[
    "syntax", "node_not_allowed", "too_long", "too_deep", "too_big", "bad_power", "bad_call",
    "division_by_zero",
    "not_finite", "no_answer", "line_after_answer", "underdetermined", "inconsistent", "no_solution",
    "not_real",
    "constraints_leave_no_solution", "several_solutions", "integers_without_bounds", "search_too_big",
    "not_solvable", "residual",
]  # fmt: skip
REJECT_CODES: tuple[str, ...] = get_args(RejectCode)


class Reject(Exception):
    """The system is refused; `detail` is a sentence for the teacher."""

    def __init__(self, code: RejectCode, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code: RejectCode = code
        self.detail = detail
