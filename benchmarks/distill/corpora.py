"""The training sets, made on the product's own path: ask or import, verify, filter, export.

`start` and `answers` are imported with the true answers. `raw` and `curated` are one and the same store of a
teacher that errs often: the policy `all` keeps what was paid for, `strict` what was shown to be right in its
answer and in its steps.
A set whose manifest stands is not made again.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from benchmarks.distill.plan import POLICY, PROGRAM_TIMEOUT_S, TEACHER, Corpus, Layout, Sizes
from benchmarks.distill.problems import WordProblem, make_problems, make_sums, write_rows
from curate import Store, export, generate, import_traces, select
from curate.config import RunFile, read_run_file
from curate.export.manifest import MANIFEST
from curate.ids import text_key
from curate.stages.verification import program_settings, verify_store


def write_problems(layout: Layout, sizes: Sizes, seed: int) -> None:
    """Write the questions; no held-out one reads like one that is trained on."""
    train = make_problems(sizes.n_train, seed=seed, n_changes=sizes.n_changes)
    keys = frozenset(text_key(problem.question) for problem in train)
    test = make_problems(sizes.n_test, seed=seed + 1, n_changes=sizes.n_changes, unlike=keys)
    for split, problems in (("train", train), ("test", test)):
        path = layout.problems(split)
        if not path.is_file():
            write_rows(path, [problem.as_row(number, split) for number, problem in enumerate(problems)])
    answers = [_answered(problem) for problem in train]
    sums = [_calculated(*row) for row in make_sums(sizes.n_sums, seed=seed)]
    write_rows(layout.problems("answers"), answers)
    write_rows(layout.problems("start"), sums + answers)


def make_imported(layout: Layout, corpus: Corpus) -> None:
    """Import rows with true answers and export them."""
    if _stands(layout, corpus):
        return
    store = Store.open(layout.store(corpus), create=True)
    import_traces(store, layout.problems(corpus))
    verify_store(store)
    select(store, "verified")
    export(store, out=layout.export(corpus), policy="verified")


def make_distilled(layout: Layout) -> None:
    """Ask the teacher for all three forms, verify, and export both what came and what held."""
    if _stands(layout, "raw") and _stands(layout, "curated"):
        return
    run = write_run_file(layout)
    store = Store.open(run.store, create=True)
    generate(store, run)
    verify_store(store, programs=program_settings(run.verify))
    for corpus, policy in (("raw", "all"), ("curated", POLICY)):
        select(store, policy)
        export(store, out=layout.root / "exports" / corpus, policy=policy)


def write_run_file(layout: Layout) -> RunFile:
    """Write the run file of the teacher's part, so that `tracemill` commands can look at its store."""
    train = str(layout.problems("train").resolve())
    values = {
        "store": str(layout.store("teacher").resolve()),
        "problems": [{"source": train}],
        "teachers": [
            {"alias": "weak", "model": TEACHER, "base_url": "embedded", "knows": [train],
             "sampling": {"max_tokens": 512}}
        ],
        "prompts": [{"format": "cot", "granularity": 1}, {"format": "pot"}, {"format": "eot"}],
        "verify": {"program_timeout_s": PROGRAM_TIMEOUT_S},
    }  # fmt: skip
    path = layout.root / "tracemill.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    return read_run_file(Path(path))


def _answered(problem: WordProblem) -> dict[str, object]:
    return _true_row(problem.question, problem.gold, f"The answer is {problem.gold}.")


def _calculated(asked: str, solved: str, last: str) -> dict[str, object]:
    return _true_row(f"Calculate {asked}.", last, f"{solved}\nThe answer is {last}.")


def _true_row(question: str, gold: str, response: str) -> dict[str, object]:
    return {"question": question, "gold": gold, "response": response, "teacher": "true-answers"}


def _stands(layout: Layout, corpus: Corpus) -> bool:
    return (layout.export(corpus) / MANIFEST).is_file()
