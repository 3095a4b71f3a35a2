"""Selection: which of the traces that pass all rules make up the training set, and in which order.

Steps stand in a policy's `select:` and run after its rules, one after the other, each on what the one before
left. They see the whole store at once; their drops are decisions like any other.
"""

from curate.filters.selection.balance import Balance
from curate.filters.selection.candidate import Candidate, Step, candidate_of
from curate.filters.selection.difficulty import Difficulty
from curate.filters.selection.distinct import Distinct
from curate.filters.selection.diversity_cap import DiversityCap
from curate.filters.selection.length_band import LengthBand
from curate.filters.selection.order import Order
from curate.filters.selection.sample import Sample

_ALL: tuple[type[Step], ...] = (LengthBand, Difficulty, Distinct, DiversityCap, Balance, Sample, Order)
STEPS: dict[str, type[Step]] = {step.name: step for step in _ALL}

__all__ = ["STEPS", "Candidate", "Order", "Step", "candidate_of"]
