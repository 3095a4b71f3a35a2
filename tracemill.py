"""The front door: `tracemill COMMAND` finds the module of a command, runs it, gives its exit code.

In: the command line. Out: exit codes 0 done, 1 internal, 2 usage or configuration, 3 missing prerequisite,
4 incomplete but resumable, 5 a gate failed, 130 interrupted. Data goes to standard output, words to standard
error. Modules of commands are imported only when they run, so that `--help` costs next to nothing.
Nothing imports this module, and no work of the tool itself stands here.
"""

from __future__ import annotations

import errno
import importlib
import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path

VERSION = "0.1.0"
_SHORTAGES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EAGAIN})
_ROOM_HINT = (
    "free disk, memory or processes, or raise the limits (`ulimit -a`); the same command goes on from here"
)


@dataclass(frozen=True)
class Command:
    """Where a command lives: `module` has a typer app under the name `app`."""

    name: str
    module: str
    group: str
    summary: str


COMMANDS = (
    Command(
        "demo", "curate.cli.demo", "Start here", "the whole curation on embedded problems, no key, no network"
    ),
    Command("init", "curate.cli.init", "Start here", "write a commented tracemill.yaml"),
    Command("doctor", "curate.cli.doctor", "Start here", "what this machine can do, and what is in the way"),
    Command("run", "curate.cli.run", "From problems to a data set", "every stage of a run file, resumable"),
    Command(
        "estimate",
        "curate.cli.estimate",
        "From problems to a data set",
        "what a run will cost, before it does",
    ),
    Command(
        "generate",
        "curate.cli.generate",
        "From problems to a data set",
        "ask the teachers; every answer is kept",
    ),
    Command(
        "import",
        "curate.cli.imports",
        "From problems to a data set",
        "take in traces and problems from files",
    ),
    Command("verify", "curate.cli.verify", "From problems to a data set", "check what has no verdict yet"),
    Command(
        "filter",
        "curate.cli.filters",
        "From problems to a data set",
        "decide what may be trained on, and why",
    ),
    Command(
        "export",
        "curate.cli.exports",
        "From problems to a data set",
        "write a training set with its manifest",
    ),
    Command("finetune", "finetune.cli.app", "From problems to a data set", "train a student on an export"),
    Command(
        "evaluate",
        "evaluate.cli.app",
        "From problems to a data set",
        "measure a student on benchmarks, with intervals",
    ),
    Command("status", "curate.cli.status", "Look at it", "progress, money, what may have been billed twice"),
    Command("query", "curate.cli.query", "Look at it", "named questions to the store; no name lists them"),
    Command("sql", "curate.cli.sql", "Look at it", "any read-only SQL"),
    Command("report", "curate.cli.reports", "Look at it", "one self-contained HTML page"),
    Command("browse", "curate.cli.browse", "Look at it", "a local web page: find, compare and mark traces"),
    Command("prompts", "curate.cli.prompts", "Parts", "list the prompts, show one rendered for a problem"),
    Command("teacher", "curate.cli.teacher", "Parts", "serve the embedded teacher, OpenAI-compatible"),
    Command("check", "curate.cli.check", "Parts", "filter: gold and answer in JSON lines, verdicts out"),
    Command(
        "exec", "curate.cli.exec", "Parts", "filter: programs in JSON lines, run in the sandbox, answers out"
    ),
    Command("solve", "curate.cli.solve", "Parts", "filter: equation systems in JSON lines, answers out"),
)


LATER_STAGES = {
    "finetune": "finetune.cli.stage",
    "evaluate": "evaluate.cli.stage",
    "study": "evaluate.cli.study",
    "sweep": "evaluate.cli.sweep",
}
"""What `run` goes on with after the exports, by section of the run file: modules with `run_stage(file)`; a
sweep gets its folder.

The engine may not know them, so the front door hands them down."""


def call_later_stage(section: str, file: Path) -> None:
    """Run the stage of a section with a run file."""
    importlib.import_module(LATER_STAGES[section]).run_stage(file)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code."""
    argv = list(sys.argv[1:] if arguments is None else arguments)
    is_debug = "--debug" in argv[:1]
    argv = argv[1:] if is_debug else argv
    if _open_closed_streams():
        return _fail(
            2, "standard output is closed, so there is nowhere to write to", "name a file, or /dev/null"
        )
    if not argv or argv[0] in ("--help", "-h", "help"):
        print(_overview())
        return 0
    if argv[0] in ("--version", "-V"):
        print(f"tracemill {VERSION}")
        return 0
    command = next((entry for entry in COMMANDS if entry.name == argv[0]), None)
    if command is None:
        return _unknown_command(argv[0])
    clash = _find_clash()
    if clash:
        return _fail(3, *clash)
    return _run(command, argv[1:], is_debug)


def _run(command: Command, argv: list[str], is_debug: bool) -> int:
    """Call the command's typer app and translate whatever it raises."""
    from curate.errors import TracemillError

    try:
        import typer

        app = typer.main.get_command(importlib.import_module(command.module).app)
        try:
            result = app.main(
                args=argv,
                prog_name=f"tracemill {command.name}",
                standalone_mode=False,
                obj=call_later_stage,
            )
        except typer.Exit as leaving:
            return leaving.exit_code
        return result if isinstance(result, int) else 0
    except TracemillError as error:
        if is_debug:
            raise
        return _fail(error.exit_code, error.message, error.hint)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`): not an error, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ModuleNotFoundError as error:
        if is_debug:
            raise
        return _fail(
            3, f"the package {error.name!r} is not installed", "run `make demo`, or pip install tracemill"
        )
    except ImportError as error:
        if is_debug:
            raise
        return _fail(
            3,
            f"a library of this Python cannot be loaded: {' '.join(str(error).split())[:300]}",
            "free memory, or install the library or the package anew",
        )
    except typer.Abort:
        print("interrupted", file=sys.stderr)
        return 130
    except Exception as error:  # the program's border: one sentence instead of a traceback
        # The classes of wrong options belong to typer's own copy of click, which has no public name.
        if hasattr(error, "format_message"):
            return _fail(2, error.format_message(), f"see `tracemill {command.name} --help`")
        if is_debug:
            raise
        if isinstance(error, MemoryError) or getattr(error, "errno", None) in _SHORTAGES:
            what = error.strerror if isinstance(error, OSError) else "Cannot allocate memory"
            return _fail(3, f"this machine has no room to go on: {what}", _ROOM_HINT)
        text = f"{type(error).__name__}: {error}".replace("\n", " ")[:500]
        return _fail(
            1,
            f"internal error in `{command.name}`: {text}",
            "nothing stored is lost; `tracemill --debug ...` shows where",
        )


def _open_closed_streams() -> bool:
    """Put the null device where a standard stream is closed, lest a file of ours takes its number.

    Returns whether standard output was closed; closed input is empty input, closed errors are unread ones.
    """
    is_output_closed = sys.stdout is None
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  for the life of the process
            setattr(sys, name, stream)
    return is_output_closed


def _fail(code: int, message: str, hint: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    if hint:
        print(f"remedy: {hint}", file=sys.stderr)
    return code


def _unknown_command(word: str) -> int:
    import difflib

    near = difflib.get_close_matches(word, [entry.name for entry in COMMANDS], n=1)
    hint = f"did you mean `tracemill {near[0]}`?" if near else "`tracemill --help` lists the commands"
    return _fail(2, f"there is no command {word!r}", hint)


def _find_clash() -> tuple[str, str] | None:
    """Compare where `evaluate` and `queries` would be imported from with our own folder."""
    home = Path(__file__).resolve().parent
    for name in ("evaluate", "queries", "curate", "finetune"):
        spec = importlib.util.find_spec(name)
        found = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if found != home / name:
            where = found or "nowhere"
            return (
                f"the package `{name}` comes from {where}, not from tracemill in {home}",
                f"use an environment of its own: python -m venv .venv, or pip uninstall {name}",
            )
    return None


def _overview() -> str:
    lines = [
        "tracemill: verified training data for small reasoning models",
        "",
        "usage: tracemill [--debug] COMMAND ...    (`tracemill COMMAND --help`)",
    ]
    for group in dict.fromkeys(entry.group for entry in COMMANDS):
        lines += ["", f"{group}:"]
        lines += [f"  {entry.name:<10}{entry.summary}" for entry in COMMANDS if entry.group == group]
    lines += [
        "",
        "exit codes: 0 done, 1 internal, 2 usage or configuration, 3 something missing,",
        "            4 incomplete but resumable, 5 a gate failed, 130 interrupted",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
