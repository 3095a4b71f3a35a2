"""What reasoning a student of a given size can learn from: levels of granularity by parameters.

Chen et al. 2025 (arXiv 2502.18001, GSM8K, GPT-4o as teacher, levels 1 shortest to 6 longest) trained
students of 0.56 to 3 billion parameters. Accuracy does not grow with the level: BLOOM 3B is best at level 3
(18.20 at level 1, 23.81 at 3, 22.47 at 5), Gemma 2B gains nothing after it (49.66, 53.37, 53.42),
LLaMA 3.2 3B is best at level 4 (59.59, 62.57, 63.48, 62.29 at 1, 3, 4, 5). From these points, and no others,
come the bands below; docs/student.md says how far they carry and how to test them on your own student.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StudentFit:
    """A band of granularity; `basis` is `measured` inside the sizes of the study, else `extrapolated`."""

    min_level: int
    max_level: int
    basis: str


def fit_student(billions: float) -> StudentFit:
    """Give the band for a student with so many billions of parameters.

    >>> fit_student(3)
    StudentFit(min_level=3, max_level=4, basis='measured')

    Raises:
        ValueError: for a size that is not above 0.
    """
    if billions <= 0:
        raise ValueError(f"a student has parameters, not {billions} billion")
    if billions < 1:
        return StudentFit(2, 3, "extrapolated")
    if billions < 2.5:
        return StudentFit(3, 5, "measured" if billions >= 2 else "extrapolated")
    if billions <= 3.5:
        return StudentFit(3, 4, "measured")
    return StudentFit(3, 6, "extrapolated")
