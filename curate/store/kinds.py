"""Journal lines as rows: for each kind of record the tables it fills.

A line of an unknown kind, or without a member that its kind has, becomes damage and never an exception: the
other lines must not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter

import orjson

from curate.ids import content_id, text_key
from curate.store.decoding import Members, decode_members, kind_of
from curate.store.evaluation_kinds import EVALUATION_KINDS
from curate.store.lines import Line
from curate.store.outcomes import Damage
from curate.store.rows import Rows
from curate.store.tables import BY_NAME
from curate.types import Json

_MEASURES = tuple(name for name, _ in BY_NAME["features"].columns)[2:]
_END_OF_TIME = 253_402_300_800
# of the two kinds that come by the million several members are taken in one go
_SENT_TEXTS = itemgetter(
    "request_id", "run_id", "teacher_id", "teacher", "problem_id", "template_id", "format", "role", "url"
)
_SENT_INTEGERS = itemgetter("attempt", "sample_index", "wave", "n_prompt_tokens_estimated")
_ANSWER_TEXTS = itemgetter("request_id", "run_id")
_ANSWER_INTEGERS = itemgetter(
    "attempt", "http_status", "n_tokens_in", "n_tokens_cached", "n_tokens_out", "n_tokens_reasoning"
)


def add_line(rows: Rows, line: Line | Damage) -> None:
    """Add what one line says to the rows."""
    if isinstance(line, Damage):
        rows.add_damage(line)
        return
    rows.begin(line)
    kind = kind_of(line.data)
    convert = _KINDS.get(kind)
    try:
        if convert is None:
            raise KeyError(kind)
        convert(rows, decode_members(line.data, has_body=kind in ("sent", "answer")))
    except orjson.JSONDecodeError:
        rows.add_damage(Damage(line.segment, line.offset, len(line.data), "not_json"))
    except (KeyError, ValueError, TypeError, OverflowError):
        rows.add_damage(Damage(line.segment, line.offset, len(line.data), "wrong_shape"))
    else:
        rows.n_records += 1


def when(seconds: float) -> int:
    """Give UTC seconds as whole microseconds, which Arrow takes for a time.

    Raises:
        OverflowError: for a time after the year 9999, or before 1970.
    """
    if not 0 <= seconds < _END_OF_TIME:
        raise OverflowError(f"{seconds} is no time")
    return round(seconds * 1_000_000)


def as_json(value: Json) -> str | None:
    """Give a value as JSON text; nothing for nothing."""
    return None if value is None else orjson.dumps(value).decode()


def _run(rows: Rows, m: Members) -> None:
    rows.put(
        "run_events", m.text("run_id"), m.text("event"), when(m.number("at")), m.text("command"),
        m.text("config_hash"), as_json(m.values["versions"]), m.text("reason"), m.optional("max_usd"),
    )  # fmt: skip


def _problem(rows: Rows, m: Members) -> None:
    question = m.text("question")
    rows.put(
        "problems", m.text("problem_id"), m.text("source"), m.text("split"), question, m.optional("gold"),
        m.values["choices"], m.text("subject"), m.text("level"), m.text("licence"), m.text("solution"),
        m.text("origin_id"), content_id("text_key", text_key(question)),
    )  # fmt: skip


def _template(rows: Rows, m: Members) -> None:
    rows.put(
        "prompt_templates", m.text("template_id"), m.text("name"), m.text("format"), m.values["granularity"],
        m.text("style"), m.text("role"), bool(m.values["with_gold"]), m.text("system"), m.text("user"),
        as_json(m.values["shots"]),
    )  # fmt: skip


def _teacher(rows: Rows, m: Members) -> None:
    price = m.values["price"]
    prices = price if isinstance(price, dict) else {}
    rows.put(
        "teachers", m.text("teacher_id"), m.text("alias"), m.text("model"), m.text("base_url"),
        m.text("transport"), as_json(m.values["sampling"]), m.optional("system"), prices.get("input"),
        prices.get("cached_input"), prices.get("output"), prices.get("batch_factor"),
    )  # fmt: skip


def _sent(rows: Rows, m: Members) -> None:
    request_id, run_id, teacher_id, teacher, problem_id, template_id, format, role, url = m.texts(_SENT_TEXTS)
    attempt, sample_index, wave, n_tokens = m.integers(_SENT_INTEGERS)
    at = when(m.number("at"))
    rows.put(
        "requests", request_id, teacher_id, teacher, problem_id, template_id, format, role,
        m.optional("parent_trace_id"), sample_index, wave, url, n_tokens, run_id, at,
    )  # fmt: skip
    rows.put("sends", request_id, attempt, run_id, teacher_id, teacher, at, m.optional("reserved_usd"))
    rows.reader.expect(request_id, format)


def _answer(rows: Rows, m: Members) -> None:
    request_id, run_id = m.texts(_ANSWER_TEXTS)
    attempt, status, n_in, n_cached, n_out, n_reasoning = m.integers(_ANSWER_INTEGERS)
    at, cost, latency_ms = when(m.number("at")), m.optional("cost_usd"), m.number("latency_ms")
    headers, is_estimated = as_json(m.values["headers"]), bool(m.values["is_usage_estimated"])
    read = rows.reader.read_answer(request_id, m.body or b"")
    rows.put(
        "outcomes", request_id, attempt, run_id, "answer", None, None, status, latency_ms, False, False, cost,
        at,
    )  # fmt: skip
    rows.put(
        "completions", request_id, read.trace_id, attempt, run_id, read.model_reported,
        read.system_fingerprint, read.finish_reason, read.reasoning_source, read.is_reasoning_open, n_in,
        n_cached, n_out, n_reasoning, is_estimated, cost, status, latency_ms, headers, at,
    )  # fmt: skip
    # what the request knows (problem, teacher, template and theirs) is joined when the rows are loaded
    rows.put(
        "traces", read.trace_id, request_id, None, None, None, None, None, run_id, None, None, read.format,
        None, None, None, None, *read.measures, "generated", None, None, "", "", None, at,
    )  # fmt: skip
    rows.put("texts", read.trace_id, *read.texts)


def _fault(rows: Rows, m: Members) -> None:
    rows.put(
        "outcomes", m.text("request_id"), m.integer("attempt"), m.text("run_id"), "fault",
        m.text("error_class"), m.text("message"), m.values["http_status"], None,
        bool(m.values["is_maybe_billed"]), bool(m.values["is_final"]), None, when(m.number("at")),
    )  # fmt: skip


def _batch(rows: Rows, m: Members) -> None:
    request_ids = m.values["request_ids"]
    rows.put(
        "batches", m.text("content_hash"), m.text("state"), m.text("teacher_id"), m.text("file_id"),
        m.text("batch_id"), len(request_ids) if isinstance(request_ids, list) else 0, m.text("message"),
        m.text("run_id"), when(m.number("at")),
    )  # fmt: skip


def _trace(rows: Rows, m: Members) -> None:
    read = rows.reader.read_import(m.text("trace_id"), m.text("text"), m.text("reasoning"), m.text("format"))
    rows.put(
        "traces", read.trace_id, None, m.text("problem_id"), m.text("source"), m.text("teacher"), None, None,
        m.text("run_id"), "solver", None, read.format, m.values["granularity"], m.text("style"), None, None,
        *read.measures, "imported", False, m.values["label"], m.text("label_by"), m.text("origin_id"),
        as_json(m.values["extra"]), None,
    )  # fmt: skip
    rows.put("texts", read.trace_id, *read.texts)


def _complaint(rows: Rows, m: Members) -> None:
    rows.put(
        "complaints", m.text("run_id"), m.text("path"), m.integer("line"), m.text("reason"), m.text("message")
    )


def _verdicts(rows: Rows, m: Members) -> None:
    run_id, at = m.text("run_id"), when(m.number("at"))
    for v in m.parts("verdicts"):
        rows.put(
            "verdicts", v.text("trace_id"), v.text("verifier"), v.text("verifier_version"), v.text("status"),
            v.text("reason"), v.text("decided_by"), as_json(v.values["detail"]), v.number("cpu_ms"),
            run_id, at,
        )  # fmt: skip


def _policy(rows: Rows, m: Members) -> None:
    policy_id = m.text("policy_id")
    rows.put("policies", policy_id, m.text("name"), when(m.number("at")))
    for rank, rule in enumerate(m.parts("rules")):
        rows.put(
            "rules", policy_id, rule.text("rule_id"), rank, rule.text("name"),
            str(rule.values.get("version", "")), as_json(rule.values.get("params")),
        )  # fmt: skip


def _decisions(rows: Rows, m: Members) -> None:
    policy_id, run_id = m.text("policy_id"), m.text("run_id")
    for d in m.parts("decisions"):
        rows.put(
            "decisions", policy_id, d.text("rule_id"), d.text("rule"), d.text("trace_id"),
            bool(d.values["is_dropped"]), d.values["value"], d.values["threshold"],
            as_json(d.values["evidence"] or None), run_id,
        )  # fmt: skip
    if m.values["is_last"]:
        rows.put("passes", policy_id, run_id, when(m.number("at")))


def _features(rows: Rows, m: Members) -> None:
    version, columns = m.text("version"), m.values["columns"]
    if not isinstance(columns, list) or columns[0] != "trace_id":
        raise ValueError("features without columns")
    for values in _lists(m, "rows"):
        said = dict(zip(columns, values, strict=True))
        rows.put("features", str(said["trace_id"]), version, *(said.get(str(name)) for name in _MEASURES))


def _similar(rows: Rows, m: Members) -> None:
    scope, method = m.text("scope"), m.text("method")
    for group_id, members, n_members in _lists(m, "groups"):
        rows.put("near_groups", scope, method, group_id, members, n_members)
    for a, b, similarity in _lists(m, "pairs"):
        rows.put("near_duplicates", scope, method, a, b, similarity)


def _measures(rows: Rows, m: Members) -> None:
    name = m.text("name")
    for id_, value, note in _lists(m, "rows"):
        rows.put("measures", name, id_, value, note)


def _lists(m: Members, name: str) -> Iterator[list[Json]]:
    """Give the members of a list that are lists themselves."""
    rows = m.values[name]
    if not isinstance(rows, list):
        raise TypeError(name)
    for row in rows:
        if not isinstance(row, list):
            raise TypeError(name)
        yield row


def _export(rows: Rows, m: Members) -> None:
    export_id = m.text("export_id")
    rows.put(
        "exports", export_id, m.text("run_id"), m.text("path"), m.text("format"), m.text("policy_id"),
        m.integer("n_rows"), m.text("sha256"), as_json(m.values["manifest"]), when(m.number("at")),
    )  # fmt: skip
    trace_ids = m.values["trace_ids"]
    for number, trace_id in enumerate(trace_ids if isinstance(trace_ids, list) else ()):
        rows.put("export_rows", export_id, number, trace_id)


def _mark(rows: Rows, m: Members) -> None:
    rows.put("marks", m.text("trace_id"), m.text("mark"), m.text("comment"), when(m.number("at")))


def _answers(rows: Rows, m: Members) -> None:
    rows.put("answer_settings", m.text("source"), m.text("settings"), m.text("run_id"), when(m.number("at")))


def _student(rows: Rows, m: Members) -> None:
    student_id = m.text("student_id")
    rows.put(
        "students", student_id, m.text("run_id"), m.text("path"), m.text("base"), m.text("preset"),
        m.text("objective"), m.text("method"), m.text("rung"), m.text("template"), m.text("export_id"),
        m.text("manifest_sha256"), as_json(m.values["settings"]), as_json(m.values["versions"]),
        when(m.number("at")),
    )  # fmt: skip
    for s in m.parts("seeds"):
        rows.put(
            "student_seeds", student_id, s.integer("seed"), s.integer("n_steps"), s.values["best_step"],
            s.number("train_loss"), s.values["validation_loss"], s.integer("n_tokens"), s.number("seconds"),
            s.number("cpu_s"), bool(s.values["is_stopped_early"]),
        )  # fmt: skip
    for number, r in enumerate(m.parts("rows")):
        rows.put("student_rows", student_id, number, r.text("trace_id"), r.text("part"), r.text("reason"))


_KINDS: Mapping[str, Callable[[Rows, Members], None]] = {
    "run": _run,
    "problem": _problem,
    "template": _template,
    "teacher": _teacher,
    "sent": _sent,
    "answer": _answer,
    "fault": _fault,
    "batch": _batch,
    "trace": _trace,
    "complaint": _complaint,
    "verdicts": _verdicts,
    "policy": _policy,
    "decisions": _decisions,
    "features": _features,
    "similar": _similar,
    "measures": _measures,
    "export": _export,
    "mark": _mark,
    "answers": _answers,
    **EVALUATION_KINDS,
    "student": _student,
}
