"""The answer settings of a store's sources: read, and written where they change.

A source that nobody said anything about has the settings of `KNOWN_SOURCES`, else the defaults. What is said
(in a run file or to `tracemill verify`) is a journal record, so that every later verification sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from curate.answer_settings import KNOWN_SOURCES, AnswerSettings, parse_settings
from curate.curation_sections import ProblemsSection
from curate.errors import UsageError
from curate.sources import read_problems
from curate.store.records import AnswerSettingsRecord
from curate.types import Problem

if TYPE_CHECKING:
    from curate.store.reader import Reader
    from curate.store.store import Store


def read_answer_settings(reader: Reader) -> dict[str, AnswerSettings]:
    """Give the settings of every source that differs from the defaults, or was said to have them."""
    rows = reader.rows("SELECT source, settings FROM answer_settings ORDER BY source")
    return {**KNOWN_SOURCES, **{str(source): parse_settings(str(text)) for source, text in rows}}


def write_answer_settings(
    store: Store, said: Mapping[str, AnswerSettings], *, run_id: str, at: float
) -> tuple[str, ...]:
    """Store what differs from what the store holds; gives the sources that changed."""
    with store.read() as reader:
        known = read_answer_settings(reader)
    changed = tuple(name for name in sorted(said) if said[name] != known.get(name, AnswerSettings()))
    if changed:
        with store.write_journal(run_id) as journal:
            for name in changed:
                journal.append(AnswerSettingsRecord(name, said[name].text, run_id, at))
    return changed


def settings_of_sections(sections: Iterable[ProblemsSection]) -> dict[str, AnswerSettings]:
    """Give the settings that a run file says, by the name that the store gives each source."""
    found = {}
    for section in sections:
        if section.answers is None:
            continue
        first = next((row for row in read_problems(section) if isinstance(row, Problem)), None)
        if first is not None:
            found[first.source] = AnswerSettings(**section.answers.model_dump())
    return found


def parse_source_settings(pairs: Iterable[str]) -> dict[str, AnswerSettings]:
    """Read `source:setting=value,...` as the command line gives them.

    Raises:
        UsageError: for a pair without a source, or an unknown setting.
    """
    found = {}
    for pair in pairs:
        source, colon, text = pair.rpartition(":")
        if not colon or not source:
            raise UsageError(
                f"--answers {pair!r} names no source",
                "write for example --answers draw1k:rounding=gold_places",
            )
        found[source] = parse_settings(text)
    return found
