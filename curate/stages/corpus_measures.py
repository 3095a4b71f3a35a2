"""Measure what needs the whole store: common passages, copies among problems, tokens of a student's
tokenizer.

Store in, records out. Common passages and copies are measured again when the corpus changed since; tokens are
counted for the texts that have no count of this tokenizer yet.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from curate.filters.corpus import BOILERPLATE, CommonPassages, passages
from curate.filters.near import NEAR_VERSION, find_pairs, shingle
from curate.filters.tokens import read_tokenizer
from curate.ids import content_id
from curate.stages.measuring import MeasureRun, read_compared, read_problem_texts
from curate.store.records import MeasuresRecord, SimilarRecord
from queries import load_query

if TYPE_CHECKING:
    from curate.store.reader import Reader

LEAST_PROBLEM_SIMILARITY = 0.5
ALL_PROBLEMS = "all problems"
_RECORD = 2_000
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def measure_passages(reader: Reader, run: MeasureRun) -> None:
    """Count common passages, when texts came or went since they were counted."""
    [(fingerprint, measured)] = reader.rows(load_query("corpus_texts", "stages").sql, {"name": BOILERPLATE})
    if fingerprint == measured:
        return
    common = CommonPassages()
    rows: list[tuple[str, float, str]] = []
    with read_problem_texts(reader) as problems:
        for problem in problems():
            common.add_problem(passages(text) for _, text in problem)
        for trace_id, text in chain.from_iterable(problems()):
            count, place = common.commonest(passages(text))
            words = " ".join(text.lower().split()[place : place + 20]) if count else ""
            rows.append((trace_id, count, words[:200]))
            if len(rows) == _RECORD:
                run.append(MeasuresRecord(BOILERPLATE, run.run_id, run.now(), tuple(rows)))
                rows.clear()
    rows.append(("", 0.0, str(fingerprint)))
    run.append(MeasuresRecord(BOILERPLATE, run.run_id, run.now(), tuple(rows)))


Questions = Sequence[tuple[str, str]]
"""Problem ids with the text that is compared: question and options."""


def measure_copies(reader: Reader, run: MeasureRun, questions: Questions) -> None:
    """Compare all problems with each other, when problems came since they were compared."""
    members = content_id("near-problems", *(problem_id for problem_id, _ in questions))
    if read_compared(reader, "problems").get(ALL_PROBLEMS) == members:
        return
    pairs = list(_problem_pairs(questions))
    for at in range(0, len(pairs), _RECORD):
        run.append(
            SimilarRecord(
                "problems", NEAR_VERSION, run.run_id, run.now(), (), tuple(pairs[at : at + _RECORD])
            )
        )
    done = ((ALL_PROBLEMS, members, len(questions)),)
    run.append(SimilarRecord("problems", NEAR_VERSION, run.run_id, run.now(), done, ()))


def _problem_pairs(questions: Questions) -> Iterator[tuple[str, str, float]]:
    """Give pairs of similar problems with the same numbers: other numbers are another problem."""
    by_numbers: defaultdict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for problem_id, text in questions:
        by_numbers[tuple(sorted(_NUMBER.findall(text)))].append((problem_id, text))
    for group in by_numbers.values():
        hashes = [shingle(text) for _, text in group]
        for first, second, score in find_pairs(hashes, LEAST_PROBLEM_SIMILARITY):
            a, b = sorted((group[first][0], group[second][0]))
            yield a, b, round(score, 6)


def token_name(tokenizer: str) -> str:
    """Name the counts of a tokenizer by the hash of its file; a missing file is another one.

    Raises:
        MissingError: later, when it is read.
    """
    path = Path(tokenizer)
    digest = sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else "missing"
    return f"tokens {digest}"


def measure_tokens(reader: Reader, run: MeasureRun, tokenizer: str) -> None:
    """Count the tokens of texts that have no count yet."""
    name = token_name(tokenizer)
    count = read_tokenizer(tokenizer)
    for batch in reader.batches(load_query("whole_texts", "stages").sql, {"name": name}, size=500):
        ids, texts = (column.to_pylist() for column in batch.columns)
        counts = count([text or "" for text in texts])
        rows = tuple((trace_id, float(n), "") for trace_id, n in zip(ids, counts, strict=True))
        run.append(MeasuresRecord(name, run.run_id, run.now(), rows))


def read_pairs(reader: Reader, scope: str) -> Mapping[str, tuple[tuple[str, float], ...]]:
    """Read the stored pairs of a scope, from both sides."""
    near: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    params = {"scope": scope, "method": NEAR_VERSION}
    for a, b, score in reader.rows(load_query("filter_near", "stages").sql, params):
        near[str(a)].append((str(b), float(str(score))))
        near[str(b)].append((str(a), float(str(score))))
    return {one: tuple(others) for one, others in near.items()}
