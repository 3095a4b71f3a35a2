"""Distil a tiny student: `make distill`, or `python -m benchmarks.distill [--out DIR] [--only PART] [--smoke]`.

Parts: `headline` (answers only, raw CoT, curated CoT) and `forms` (PoT, EoT, the three together). Stopped, the
same command goes on: finished corpora, trainings and answers are kept in the folder. Ends in one table, a
picture (`distill.png`, `distill.svg`) and `distill.md` in the folder; `--write` puts page and picture into
docs/results/.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.distill.page import print_tables, write_page
from benchmarks.distill.plan import FULL, SMOKE, Layout
from benchmarks.distill.run import run_all
from curate.errors import TracemillError

DOCS = Path(__file__).resolve().parents[2] / "docs" / "results"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.distill",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, default=Path("build/distill"), help="folder to work in")
    parser.add_argument("--only", choices=("headline", "forms"), help="one part; default: both")
    parser.add_argument("--jobs", type=int, default=2, help="arms that train at once, one core each")
    parser.add_argument("--seed", type=int, default=1, help="of the problems and the student's first weights")
    parser.add_argument("--smoke", action="store_true", help="seconds, to see that it works; learns nothing")
    parser.add_argument("--write", action="store_true", help="write docs/results/distill.md and its picture")
    options = parser.parse_args()
    parts = {name: options.only in (None, name) for name in ("headline", "forms")}
    sizes = SMOKE if options.smoke else FULL
    try:
        report = run_all(Layout(options.out), sizes, parts, options.seed, options.jobs)
    except TracemillError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("stopped; the same command goes on", file=sys.stderr)
        return 4
    write_page(report, options.out)
    if options.write:
        write_page(report, DOCS)
    print_tables(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
