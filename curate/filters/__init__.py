"""Filters: which traces may enter a training set. One file per rule, policies as ordered lists, nothing
deleted.

`apply_policy` is pure: facts in, decisions out. What it decides on is read by `curate.stages.filtering`.
"""

from curate.filters.apply import apply_policy, is_kept
from curate.filters.facts import ContaminationHit, QuestionFacts, Suspect, TextFeatures, TraceFacts
from curate.filters.policy import KEPT, Policy
from curate.filters.policy_files import preset_names, read_policy

__all__ = [
    "KEPT",
    "ContaminationHit",
    "Policy",
    "QuestionFacts",
    "Suspect",
    "TextFeatures",
    "TraceFacts",
    "apply_policy",
    "is_kept",
    "preset_names",
    "read_policy",
]
