"""Whether two runs may be compared: the same problems, golds and words; and what else differs."""

from __future__ import annotations

from curate.errors import UsageError
from evaluate.runs import Run
from evaluate.types import View


def require_same_problems(a: Run, b: Run, benchmark: str) -> None:
    """Refuse runs whose problems or golds differ.

    Raises:
        UsageError: saying how many differ and which is the first.
    """
    suite_a, suite_b = (
        next(suite for suite in run.model["suites"] if suite["benchmark"] == benchmark) for run in (a, b)
    )
    if suite_a["suite_id"] == suite_b["suite_id"]:
        return
    of_a, of_b = ({key[1]: item for key, item in run.items.items() if key[0] == benchmark} for run in (a, b))
    only_a, only_b = [i for i in of_a if i not in of_b], [i for i in of_b if i not in of_a]
    other_gold = [i for i in of_a if i in of_b and of_a[i].problem.gold != of_b[i].problem.gold]
    if only_a or only_b:
        item = of_a[only_a[0]] if only_a else of_b[only_b[0]]
        what = (
            f"{len(of_a)} and {len(of_b)} problems, {len(only_a)} only in the first and {len(only_b)} only "
            f"in the second, such as: {' '.join(item.problem.question.split())[:80]}"
        )
    elif other_gold:
        item = of_a[other_gold[0]]
        what = (
            f"{len(other_gold)} golds differ, such as {item.problem.gold!r} and "
            f"{of_b[other_gold[0]].problem.gold!r} of: {' '.join(item.problem.question.split())[:80]}"
        )
    else:
        what = "the problems stand in another order"
    raise UsageError(
        f"{a.name} and {b.name} were measured on different problems of {benchmark}: {what}",
        "evaluate both with the same `benchmarks`, `benchmarks_dir` and `limit`",
    )


def require_same_prompt(a: Run, b: Run, view_a: View, view_b: View) -> None:
    """Refuse runs that were asked in other words; two views that the user named are meant to differ.

    Raises:
        UsageError: naming the prompts.
    """
    if view_a != view_b:
        return
    ids_a, ids_b = a.model["prompt_ids"], b.model["prompt_ids"]
    forms = [view_a] if view_a in ids_a else sorted({*ids_a, *ids_b})
    for form in forms:
        if ids_a.get(form) != ids_b.get(form):
            raise UsageError(
                f"{a.name} and {b.name} were asked for {form} in different words: prompt "
                f"`{a.model['prompt_mode']}` ({ids_a.get(form)}) and `{b.model['prompt_mode']}` "
                f"({ids_b.get(form)})",
                "set evaluate.prompt (and granularity, style, shots) alike and evaluate one of them again",
            )


def differing_notes(a: Run, b: Run) -> list[str]:
    """Say what else may explain a difference."""
    notes = []
    for name in ("samples", "temperature", "top_p", "top_k", "max_tokens", "seed"):
        if a.settings[name] != b.settings[name]:
            notes.append(f"{name} differs: {a.settings[name]} and {b.settings[name]}")
    for name in ("numerics", "template", "thinking"):
        of_a, of_b = (run.model["identity"].get(name) for run in (a, b))
        if of_a != of_b:
            notes.append(f"{name} differs: {of_a} and {of_b}")
    for name in ("verifier", "parser"):
        if a.versions.get(name) != b.versions.get(name):
            notes.append(
                f"scored by another {name}: {a.versions.get(name)} and {b.versions.get(name)}; run the "
                "older evaluation again, its answers are kept"
            )
    return notes
