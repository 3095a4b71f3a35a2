"""All step checks of one trace as verdicts, one per check.

| verifier | incorrect | correct | undecided |
| --- | --- | --- | --- |
| `claims` | arithmetic_slip | claims_hold | no_claims |
| `consistency` | states_another, boxes_disagree | consistent | not_comparable |
| `gold_in_view` | speaks_of_given_answer | nothing_found | |
| `soundness` | api_error, refusal, truncated, empty, loop | sound | |
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from curate.types import Json, ParseState, TraceFormat, Verdict, VerdictStatus
from curate.verify.item import TraceToVerify
from curate.verify.plans import VerdictMaker
from curate.verify.steps.claims import Claim, find_claims
from curate.verify.steps.consistency import find_contradiction
from curate.verify.steps.gold_view import find_gold_in_view
from curate.verify.steps.soundness import find_unsound
from curate.verify.versions import version_under

STEP_VERIFIERS = ("claims", "consistency", "gold_in_view", "soundness")
MAX_STORED = 40
"""So many claims of a trace are stored one by one, failing ones first; the counts cover all."""

_READ_FORMATS = frozenset({TraceFormat.COT, TraceFormat.OTHER})


def check_steps(item: TraceToVerify) -> tuple[Verdict, ...]:
    """Check the reasoning of a trace.

    Programs and equation systems are checked by running and solving them; of those only soundness is asked.
    """
    unsound = _soundness(item)
    if item.format not in _READ_FORMATS or item.parsed.state is ParseState.EMPTY:
        return (unsound,)
    begun = time.process_time_ns()
    claims = find_claims(item.text)
    spent_ms = (time.process_time_ns() - begun) / 1e6
    return (_claims(item, claims, spent_ms), _consistency(item, claims), _gold_in_view(item), unsound)


def _make(item: TraceToVerify, verifier: str, spent_ms: float = 0.0) -> VerdictMaker:
    return VerdictMaker(item.trace_id, verifier, spent_ms=spent_ms, version=version_under(item.settings))


def _claims(item: TraceToVerify, claims: Sequence[Claim], spent_ms: float) -> Verdict:
    make = _make(item, "claims", spent_ms)
    if not claims:
        return make(VerdictStatus.UNDECIDED, "no_claims", "exact")
    counts = Counter(claim.finding for claim in claims)
    first = [claim for claim in claims if claim.finding == "fails"]
    rest = [claim for claim in claims if claim.finding != "fails"]
    detail: dict[str, Json] = {
        "n_claims": len(claims),
        "counts": dict(sorted(counts.items())),
        "claims": [_as_json(claim) for claim in (first + rest)[:MAX_STORED]],
    }
    if first:
        return make(VerdictStatus.INCORRECT, "arithmetic_slip", "exact", detail)
    return make(VerdictStatus.CORRECT, "claims_hold", "exact", detail)


def _as_json(claim: Claim) -> dict[str, Json]:
    return {
        "start": claim.start,
        "end": claim.end,
        "text": claim.text[:200],
        "finding": claim.finding,
        "value": claim.value,
    }


def _consistency(item: TraceToVerify, claims: Sequence[Claim]) -> Verdict:
    make = _make(item, "consistency")
    stated = item.parsed.stated_answer
    if stated is None:
        return make(VerdictStatus.UNDECIDED, "not_comparable", "exact")
    found = find_contradiction(item.text, claims, stated)
    if found is not None:
        return make(VerdictStatus.INCORRECT, found.reason, "exact", found.evidence)
    if not claims:
        return make(VerdictStatus.UNDECIDED, "not_comparable", "exact")
    return make(VerdictStatus.CORRECT, "consistent", "exact")


def _gold_in_view(item: TraceToVerify) -> Verdict:
    make = _make(item, "gold_in_view")
    match = find_gold_in_view(item.text)
    if match is None:
        return make(VerdictStatus.CORRECT, "nothing_found", "phrases")
    evidence: dict[str, Json] = {"phrase": match[0][:200], "start": match.start(), "end": match.end()}
    return make(VerdictStatus.INCORRECT, "speaks_of_given_answer", "phrases", evidence)


def _soundness(item: TraceToVerify) -> Verdict:
    make = _make(item, "soundness")
    found = find_unsound(item)
    if found is None:
        return make(VerdictStatus.CORRECT, "sound", "text")
    reason, evidence = found
    return make(VerdictStatus.INCORRECT, reason, "text", evidence)
