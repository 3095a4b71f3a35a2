"""Journal lines about evaluations as rows; see `curate.store.kinds`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from curate.store.decoding import Members
from curate.store.rows import Rows
from curate.types import Json


def _json(value: Json) -> str:
    return orjson.dumps(value).decode()


def _evaluation(rows: Rows, m: Members) -> None:
    evaluation_id = m.text("evaluation_id")
    rows.put(
        "evaluations", evaluation_id, m.text("name"), _json(m.values["settings"]),
        _json(m.values["versions"]), m.text("run_id"), round(m.number("at") * 1_000_000),
    )  # fmt: skip
    for rank, model in enumerate(m.parts("models")):
        rows.put(
            "evaluated_models", evaluation_id, model.text("label"), rank, model.text("model_id"),
            model.text("name"), model.text("weights"), model.optional("training"), model.values["seed"],
            model.optional("export_id"), model.text("prompt_mode"), _json(model.values["identity"]),
        )  # fmt: skip


def _suite(rows: Rows, m: Members) -> None:
    suite_id, benchmark = m.text("suite_id"), m.text("benchmark")
    for item in m.parts("items"):
        rows.put(
            "benchmark_items", suite_id, benchmark, item.text("item_id"), item.integer("place"),
            item.text("problem_id"), item.text("origin_id"), item.text("question"), item.optional("gold"),
            item.text("level"), item.text("subject"), item.text("section"), item.text("year"),
        )  # fmt: skip


def _predictions(rows: Rows, m: Members) -> None:
    for p in m.parts("predictions"):
        rows.put("predictions", p.text("key"), p.text("text"), p.integer("n_tokens"), p.text("finish_reason"))


def _scores(rows: Rows, m: Members) -> None:
    evaluation_id, model, suite_id = m.text("evaluation_id"), m.text("model"), m.text("suite_id")
    for s in m.parts("scores"):
        budget = s.values["budget"]
        rows.put(
            "scores", evaluation_id, model, s.text("benchmark"), suite_id, s.text("item_id"), s.text("form"),
            s.integer("sample"), 0 if budget is None else budget, bool(s.values["is_forced"]), s.text("key"),
            s.text("status"), s.text("reason"), s.text("decided_by"), s.text("answer"), s.text("lenient"),
            s.text("lenient_answer"), s.text("cross"), s.integer("n_tokens"), s.text("finish_reason"),
        )  # fmt: skip


EVALUATION_KINDS: Mapping[str, Callable[[Rows, Members], None]] = {
    "evaluation": _evaluation,
    "suite": _suite,
    "predictions": _predictions,
    "scores": _scores,
}
