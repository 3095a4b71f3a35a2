"""Recognise texts that are no solution at all: an API's error stored as an answer, a refusal.

Tested before anything is read from the text, because the digits of an error message can match a gold answer.
The phrases are precise and anchored at the start: "the given answer choices" is no refusal.
"""

from __future__ import annotations

import re

_ERROR = re.compile(
    r"\s*(?:error code:\s*\d{3}|error:\s*(?:rate limit|timeout|http|\d{3}|api)|\{\s*['\"]error['\"]\s*:|"
    r"(?:openai|anthropic)\.\w*error|"
    r"(?:\w{1,40}\.){0,5}\w{0,40}(?:ratelimit|apiconnection|apistatus|apitimeout|internalserver)error\b|"
    r"internal server error\b|502 bad gateway|503 service|429 too many|upstream connect error|"
    r"<!doctype html|<html|service unavailable\b|request timed out|rate limit (?:reached|exceeded))",
    re.IGNORECASE,
)
_ERROR_STARTS = frozenset("<{45iIsSrRuU")
"""An error text that does not speak of an error begins with one of these."""
_TASKS = "help|assist|provide|answer|fulfil|comply|solve|complete|continue|respond"
_REFUSAL = re.compile(
    r"\s*(?:i['’]?m (?:really |very )?sorry,?\s*(?:but )?(?:i|as an)\b|"
    r"sorry,?\s*(?:but )?i (?:can|am|['’])|i apologi[sz]e,? but i\b|"
    r"i (?:can(?:not|['’]t)|can not|am unable to|am not able to|won['’]t|will not|must decline to) "
    rf"(?:{_TASKS}|do (?:that|this))|"
    rf"i['’]m (?:unable|not able) to (?:{_TASKS})|as an ai\b[^.\n]{{0,60}}\b(?:cannot|can['’]t|unable))",
    re.IGNORECASE,
)


def is_api_error(text: str) -> bool:
    """Say whether the text is a stored error message of an API and not an answer."""
    head = text[:200].lstrip()
    if "rror" not in head and "RROR" not in head and head[:1] not in _ERROR_STARTS:
        return False
    return _ERROR.match(head) is not None


def is_refusal(text: str) -> bool:
    """Say whether the text starts by declining the task."""
    head = text[:240].lstrip()
    return bool(head) and head[0] in "iIsSaA" and _REFUSAL.match(head) is not None
