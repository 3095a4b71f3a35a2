"""The version that stands in every verdict; it goes up with each change of what is decided."""

from __future__ import annotations

from curate.answer_settings import AnswerSettings
from curate.verify.symbolic import MATH_VERIFY_VERSION

RULES_VERSION = "4"
LANGUAGE_VERSION = "eot1.1"
SANDBOX_VERSION = "sb1"
STEPS_VERSION = "st2"
VERIFIER_VERSION = "+".join(
    (RULES_VERSION, STEPS_VERSION, LANGUAGE_VERSION, SANDBOX_VERSION, f"mv{MATH_VERIFY_VERSION}")
)


def version_under(settings: AnswerSettings) -> str:
    """Give the version of verdicts made under a source's settings; other settings are another one."""
    return f"{VERIFIER_VERSION}+{settings.text}" if settings.text else VERIFIER_VERSION
