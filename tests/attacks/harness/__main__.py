"""Run the attack suite in a process of its own, which is the caller that attacks aim at.

`python tests/attacks/harness --backend namespaces [--only class/name ...]`; `default` is the backend that
the self-test chooses, `none` a plain child without isolation. Out: one JSON line for each attack; or one line
{"cannot": reason} and exit code 3. Needs the project installed, or on PYTHONPATH.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict

from attack_files import attack_names, read_attack
from attack_runs import LIMITS, AttackRun, Outcome
from attack_world import World
from plain_python import run_unprotected

from curate.errors import MissingError
from curate.sandbox import SandboxPool


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", required=True)
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    attacks = [read_attack(name) for name in options.only or attack_names()]
    attacks = [attack for attack in attacks if attack.machine in ("", platform.machine())]
    world = World()
    try:
        if options.backend == "none":
            run_unprotected([attack for attack in attacks if attack.has_teeth], world, _say)
            return 0
        backend = None if options.backend == "default" else options.backend
        with SandboxPool(1, LIMITS, backend) as pool:
            AttackRun(pool, world).run_all(attacks, _say)
    except MissingError as error:
        print(json.dumps({"cannot": str(error)}))
        return 3
    finally:
        world.close()
    return 0


def _say(outcome: Outcome) -> None:
    print(json.dumps(asdict(outcome)), flush=True)


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
