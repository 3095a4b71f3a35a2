"""The engine as a process of its own, as the command runs it: `generate` over a run file, signals included.

    python -m benchmarks.generation.engine STORE PROBLEMS URL CONCURRENCY [TRANSPORT]

Prints one JSON line of figures. SIGTERM drains, as in the command.
"""

from __future__ import annotations

import json
import resource
import secrets
import signal
import sys
import time
from pathlib import Path


def main() -> int:
    started = time.monotonic()
    from curate.config import RunFile
    from curate.stages.generation import generate
    from curate.stages.stop import StopSignal
    from curate.store import Store
    from curate.store.run_id import new_run_id

    store, problems, url, concurrency = sys.argv[1:5]
    run = RunFile.model_validate(
        {
            "store": store,
            "problems": [{"source": problems}],
            "teachers": [
                {
                    "alias": "mock",
                    "model": "mock",
                    "base_url": url,
                    "transport": sys.argv[5] if len(sys.argv) > 5 else "chat",
                    "price": {"input": 0.5, "output": 2},
                    "sampling": {"max_tokens": 1024, "temperature": 0.7},
                    "limits": {"concurrency": int(concurrency)},
                }
            ],
            "prompts": [{"format": "cot", "granularity": 3}],
        }
    )
    stop = StopSignal()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.request() and None)
    report = generate(
        Store.open(Path(store), create=True),
        run,
        run_id=new_run_id(time.time(), secrets.token_hex(3)),
        on_progress=lambda progress: None,
        stop=stop,
    )
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "n": report.n_planned,
        "rows": report.n_answered,
        "already": report.n_already,
        "wall_s": time.monotonic() - started,
        "cpu_s": used.ru_utime + used.ru_stime,
        "rss_mb": used.ru_maxrss / 1024,
        "exit_code": report.exit_code,
        "left": report.n_left,
    }
    print(json.dumps(figures), flush=True)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
