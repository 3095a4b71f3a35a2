"""Write the report: one HTML file that needs nothing else, readable offline, on a phone, in light and dark.

Its one script filters the sample traces; the page's own policy names the hash of that script and forbids
every other, so what a model wrote can only be read. The same store, seed and clock write the same bytes.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from curate.errors import UsageError
from curate.report.figures import (
    agreement_stacks,
    copy_bars,
    cost_bars,
    count_bars,
    funnel_bars,
    length_columns,
    rate_bars,
    read_benchmark_bars,
    read_headline,
    read_suspects,
    read_tables,
    reason_bars,
    saving_of,
)
from curate.report.maths import show_answer, show_maths
from curate.report.samples import read_samples
from curate.report.show import show_number, show_share, show_text, show_usd

if TYPE_CHECKING:
    from jinja2 import Environment

    from curate.store.reader import Reader
    from curate.store.store import Store


def write_report(
    store: Store, out: Path, *, seed: int = 0, n_samples: int = 200, now: Callable[[], float] = time.time
) -> Path:
    """Write the page about a store and give its path; an older page of that name is replaced whole.

    Raises:
        UsageError: when the file cannot be written.
        StoreError: when the store cannot be read.
    """
    store.project()
    with store.read() as reader:
        page = render_page(reader, name=store.path.name, seed=seed, n_samples=n_samples, at=now())
    _write(Path(out), page)
    return Path(out)


def render_page(reader: Reader, *, name: str, seed: int, n_samples: int, at: float) -> str:
    """Render the page from a reader."""
    tables = read_tables(reader)
    return (
        _environment()
        .get_template("page.html")
        .render(
            name=name,
            made=datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC"),
            seed=seed,
            headline=read_headline(reader),
            tables=tables,
            funnel=funnel_bars(tables["yield_funnel"]),
            reasons=reason_bars(tables["drop_reasons"]),
            acceptance=rate_bars(tables["accept_rate"], ("teacher", "format", "granularity")),
            lengths=length_columns(tables["length_vs_correct"]),
            difficulty=count_bars(tables["difficulty"], "band", "n_problems"),
            costs=cost_bars(tables["cost_per_accepted"]),
            agreement=agreement_stacks(tables["format_agreement"]),
            copies=copy_bars(tables["duplicates"]),
            benchmarks=read_benchmark_bars(reader),
            suspects=read_suspects(reader),
            saving=saving_of(tables["waves"]),
            samples=read_samples(reader, seed=seed, n=n_samples),
        )
    )


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("curate.report", "files"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        text=show_text,
        maths=show_maths,
        answer=show_answer,
        number=show_number,
        share=show_share,
        usd=show_usd,
    )
    style, script = (
        (files("curate.report") / "files" / name).read_text(encoding="utf-8")
        for name in ("page.css", "page.js")
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment.globals.update(style=style, script=script, script_hash=f"sha256-{digest}")
    return environment


def _write(out: Path, page: str) -> None:
    partial = out.with_name(f".{out.name}.partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(out)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise UsageError(f"cannot write the report {out}: {error.strerror}", "choose another file") from None
