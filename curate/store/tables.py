"""The tables of the projection as the loader sees them: columns on their way in, keys, and which row stands.

The journal may say a thing more than once (two runs, an import twice, a changed price). Which row then stands
depends on the place in the journal only and never on the order of arrival, so that catching up and building
anew give equal rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow

Stands = Literal["all", "first", "last", "gold"]
PLACE = ("segment", "position")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `columns` in the order of its rows, without the place; types are those that Arrow carries.

    `stands`: `all` rows are kept; of rows with equal `key` the `first` or `last` in the journal; `gold`: one
    with a gold beats one without, then the last. Money and JSON travel as strings; the insert casts money.
    `keyed` names the id whose 128 bits the insert puts into a column of its own, for joins.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    stands: Stands = "all"
    key: tuple[str, ...] = ()
    keyed: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Give all column names, the place last."""
        return (*(name for name, _ in self.columns), *PLACE)


def _table(name: str, columns: str, stands: Stands = "all", key: str = "", keyed: str = "") -> Table:
    """Build a table from `name` or `name:type` words; the type is a string when it is not said."""
    pairs = [(word.partition(":")[0], word.partition(":")[2] or "string") for word in columns.split()]
    return Table(name, tuple(pairs), stands, tuple(key.split()), keyed)


TABLES = (
    _table("journal_damage", "n_bytes:int reason"),
    _table(
        "run_events", "run_id event created_at:time command config_hash versions_json reason max_usd:money"
    ),
    _table(
        "problems",
        "problem_id source split question gold choices:strings subject level licence solution origin_id"
        " text_key_hash",
        "gold",
        "problem_id",
        keyed="problem_id",
    ),
    _table(
        "prompt_templates",
        "template_id name format granularity:int style role with_gold:bool system_prompt user_prompt"
        " shots_json",
        "first",
        "template_id",
    ),
    _table(
        "teachers",
        "teacher_id alias model base_url transport sampling_json system_prompt usd_per_million_in:money"
        " usd_per_million_cached:money usd_per_million_out:money batch_factor:money",
        "last",
        "teacher_id alias",
    ),
    _table(
        "requests",
        "request_id teacher_id teacher problem_id template_id format role parent_trace_id sample_index:int"
        " wave:int url n_prompt_tokens_estimated:int run_id created_at:time",
        "first",
        "request_id",
        keyed="request_id",
    ),
    _table("sends", "request_id attempt:int run_id teacher_id teacher created_at:time reserved_usd:money"),
    _table(
        "outcomes",
        "request_id attempt:int run_id state error_class message http_status:int latency_ms:float"
        " is_maybe_billed:bool is_final:bool cost_usd:money created_at:time",
    ),
    _table(
        "completions",
        "request_id trace_id attempt:int run_id model_reported system_fingerprint finish_reason"
        " reasoning_source is_reasoning_open:bool n_tokens_in:int n_tokens_cached:int n_tokens_out:int"
        " n_tokens_reasoning:int is_usage_estimated:bool cost_usd:money http_status:int latency_ms:float"
        " headers_json created_at:time",
        "first",
        "request_id",
    ),
    _table(
        "traces",
        "trace_id request_id problem_id source teacher teacher_id template_id run_id role parent_trace_id"
        " format granularity:int style sample_index:int wave:int stated_answer answer_note n_steps:int"
        " n_words:int n_chars:int n_reasoning_chars:int parse_state parser_version finish_reason text_hash"
        " norm_hash origin with_gold:bool label:bool label_by origin_id extra_json created_at:time",
        "first",
        "trace_id",
    ),
    _table("texts", "trace_id text reasoning program equations", "first", "trace_id"),
    _table(
        "verdicts",
        "trace_id verifier verifier_version status reason decided_by detail_json cpu_ms:float run_id"
        " created_at:time",
        "last",
        "trace_id verifier",
        keyed="trace_id",
    ),
    _table("policies", "policy_id name created_at:time", "last", "policy_id"),
    _table("rules", "policy_id rule_id rank:int name version params_json", "last", "policy_id rule_id"),
    _table(
        "decisions",
        "policy_id rule_id rule trace_id is_dropped:bool value:float threshold:float evidence_json run_id",
        keyed="trace_id",
    ),
    _table("passes", "policy_id run_id created_at:time"),
    _table(
        "exports",
        "export_id run_id path format policy_id n_rows:int sha256 manifest_json created_at:time",
        "last",
        "export_id",
    ),
    _table(
        "export_rows",
        "export_id row_number:int trace_id",
        "last",
        "export_id row_number",
        keyed="trace_id",
    ),
    _table("answer_settings", "source settings run_id created_at:time", "last", "source"),
    _table(
        "features",
        "trace_id version text_hash n_words:int n_chars:int repeat4_share:float dup_line_share:float"
        " n_repeated_tail:int n_code_blocks:int leftover n_chars_after_answer:int n_control_chars:int"
        " scripts_json",
        "last",
        "trace_id",
        keyed="trace_id",
    ),
    _table("near_duplicates", "scope method a b similarity:float", "last", "method a b"),
    _table("near_groups", "scope method group_id members n_members:int", "last", "method group_id"),
    _table("measures", "name id value:float note", "last", "name id"),
    _table("marks", "trace_id mark comment created_at:time", "last", "trace_id"),
    _table(
        "batches",
        "content_hash state teacher_id file_id batch_id n_requests:int message run_id created_at:time",
    ),
    _table("complaints", "run_id path line:int reason message"),
    _table(
        "evaluations",
        "evaluation_id name settings_json versions_json run_id created_at:time",
        "last",
        "evaluation_id",
    ),
    _table(
        "evaluated_models",
        "evaluation_id model rank:int model_id name weights training seed:int export_id prompt_mode"
        " identity_json",
        "last",
        "evaluation_id model",
    ),
    _table(
        "benchmark_items",
        "suite_id benchmark item_id place:int problem_id origin_id question gold level subject section year",
        "first",
        "suite_id item_id",
    ),
    _table("predictions", "prediction_id text n_tokens:int finish_reason", "first", "prediction_id"),
    _table(
        "scores",
        "evaluation_id model benchmark suite_id item_id form sample:int budget:int is_forced:bool"
        " prediction_id status reason decided_by answer lenient lenient_answer cross_status n_tokens:int"
        " finish_reason",
        "last",
        "evaluation_id model benchmark item_id form sample budget is_forced",
    ),
    _table(
        "students",
        "student_id run_id path base preset objective method rung template export_id manifest_sha256"
        " settings_json versions_json created_at:time",
        "last",
        "student_id",
    ),
    _table(
        "student_seeds",
        "student_id seed:int n_steps:int best_step:int train_loss:float validation_loss:float n_tokens:int"
        " seconds:float cpu_s:float is_stopped_early:bool",
        "last",
        "student_id seed",
    ),
    _table("student_rows", "student_id row_number:int trace_id part reason", "last", "student_id row_number"),
)
BY_NAME = {table.name: table for table in TABLES}


@dataclass(frozen=True, slots=True)
class Derived:
    """A table that is made from others: rows of an `id` come from the rows of that id in the `sources`.

    The first source has a row for every id.
    """

    table: Table
    id: str
    sources: tuple[str, ...]


DERIVED = (
    Derived(
        Table("judged", (), key=("trace_id",)), "trace_id", ("traces", "verdicts", "completions", "features")
    ),
    Derived(Table("attempts", (), key=("request_id",)), "request_id", ("sends", "outcomes")),
)


@lru_cache(maxsize=64)
def arrow_schema(table: Table) -> pyarrow.Schema:
    """Give the Arrow schema of a table's rows on their way in."""
    import pyarrow

    types = {
        "string": pyarrow.string(),
        "money": pyarrow.string(),
        "strings": pyarrow.list_(pyarrow.string()),
        "int": pyarrow.int64(),
        "float": pyarrow.float64(),
        "bool": pyarrow.bool_(),
        "time": pyarrow.timestamp("us"),
    }
    columns = [(name, types[kind]) for name, kind in table.columns]
    return pyarrow.schema([*columns, ("segment", types["string"]), ("position", types["int"])])
