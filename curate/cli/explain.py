"""The story of one trace in words that fit 80 columns."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator

from curate.cli.common import show
from curate.stages.explaining import Saying, Story

_MOST_QUESTION, _MOST_EVIDENCE = 600, 300


def write_story(story: Story) -> None:
    """Write a story to standard output."""
    width = max(40, min(shutil.get_terminal_size((80, 24)).columns, 100))
    print("\n".join(_lines(story, width)), file=sys.stdout)


def _lines(story: Story, width: int) -> Iterator[str]:
    made = [story.format, f"level {story.granularity}" if story.granularity else "", story.teacher]
    yield from _wrapped("trace    ", story.trace_id, width)
    yield from _wrapped("", "; ".join(filter(None, [*made, story.source])), width)
    yield from _wrapped("problem  ", story.problem_id, width)
    yield from _wrapped("", show(story.question, _MOST_QUESTION), width)
    yield from _wrapped("gold     ", "none" if story.gold is None else show(story.gold, 200), width)
    yield from _wrapped("states   ", show(story.stated_answer, 200) or "no answer", width)
    yield ""
    yield "checks" if story.verdicts else "checks: none yet (`tracemill verify`)"
    for verdict in story.verdicts:
        yield from _wrapped(f"  {verdict.name:<14}{verdict.says:<11}", show(verdict.evidence, 200), width)
    yield ""
    yield f"rules of the policy {story.policy}"
    for rule in story.rules:
        yield from _rule(rule, width)
    yield ""
    yield from _wrapped("so       ", _verdict(story), width)
    for one in story.exports:
        yield from _wrapped(
            "export   ", f"{one.path} ({one.format}, {one.policy}), row {one.row_number}", width
        )
    if not story.exports:
        yield "export   in none"


def _rule(rule: Saying, width: int) -> Iterator[str]:
    numbers = ""
    if rule.value is not None:
        numbers = f"{rule.value:g}" + (
            f" (threshold {rule.threshold:g})" if rule.threshold is not None else ""
        )
    text = "; ".join(filter(None, [numbers, show(rule.evidence, _MOST_EVIDENCE)]))
    yield from _wrapped(f"  {rule.name:<20}{rule.says:<8}", text, width)


def _verdict(story: Story) -> str:
    if story.is_kept is None:
        return f"not decided yet: run `tracemill filter --policy {story.policy}`"
    if story.is_kept:
        return "kept: no rule drops it"
    others = len({rule.name for rule in story.rules if rule.says == "drops"}) - 1
    beside = f"; {others} more would drop it too" if others else "; no other rule does"
    return f"dropped, first by {story.first_rule}{beside}"


def _wrapped(label: str, text: str, width: int) -> list[str]:
    """Wrap a text beside its label; the label's column stays free below it."""
    indent = max(len(label), 9)
    lines = textwrap.wrap(text, width - indent, break_long_words=True, break_on_hyphens=False) or [""]
    return [f"{label:<{indent}}{lines[0]}".rstrip(), *(" " * indent + line for line in lines[1:])]
