"""Step checks: what a right answer cannot show. Pure functions over the text of a trace; nothing is run.

    claims        the arithmetic that a text claims, each claim checked exactly
    consistency   does it state what it reasoned to
    gold_view     was it written with the answer in view
    soundness     is it a solution at all

`check_steps` makes one verdict per check. `incorrect` flags the trace, `correct` means checked and nothing
found, `undecided` that there was nothing to check. A flag never decides about the answer.
"""

from curate.verify.steps.checking import STEP_VERIFIERS, check_steps

__all__ = ["STEP_VERIFIERS", "check_steps"]
