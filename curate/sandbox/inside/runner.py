"""Run one program in the child and find the values that the answer conventions give. Runs inside, last.

A value may come from the return of `solution()` (or of the one function without arguments), from a variable
`ans`, `answer` or `result`, or from a last bare expression; the printed lines are read by the caller from
the captured output. Which one counts is decided outside. The program shares this interpreter: it may claim
any answer for itself, and nothing here is secret.
"""

from __future__ import annotations

import ast
import builtins
import os
import sys
from types import CodeType, FunctionType, ModuleType

from curate.sandbox.inside.rendering import render

MAX_ANSWER = 4_096
_VARIABLES = ("ans", "answer", "result")
_FILE = "<program>"
_MAX_ERROR = 2_000

Found = dict[str, str]


def run_program(source: bytes) -> dict[str, object]:
    """Run a program and give its record: values by convention, or the error that ended it.

    A value longer than an answer may be is given by its length alone, under `too_long`.
    """
    module = ModuleType("__main__")
    module.__dict__.update(__builtins__=builtins, __file__=_FILE)
    sys.modules["__main__"] = module
    sys.argv = ["program"]
    found: Found = {}
    try:
        body, last = _compile(source)
        value: object = None
        try:
            exec(body, module.__dict__)  # noqa: S102  this process exists to run it
            if last is not None:
                value = eval(last, module.__dict__)  # noqa: S307  as above
        except SystemExit as end:
            if end.code not in (None, 0):
                raise
        printed_bytes = _flushed_size()
        _add(found, "expression", value)
        _add(found, "variable", _variable(module.__dict__))
        _add(found, "return", _returned(module.__dict__, bool(found) or printed_bytes > 0))
    except BaseException as error:  # noqa: BLE001  whatever ends a program is its result
        return _failure(error)
    return {"values": found, "printed_bytes": printed_bytes}


def _compile(source: bytes) -> tuple[CodeType, CodeType | None]:
    """Compile a program; a bare expression at its end apart, so that its value can be had."""
    text = source.decode("utf-8", "surrogatepass").removeprefix("\ufeff")
    tree = ast.parse(text, _FILE)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return compile(tree, _FILE, "exec"), None
    tree.body.pop()
    return compile(tree, _FILE, "exec"), compile(ast.Expression(last.value), _FILE, "eval")


def _variable(names: dict[str, object]) -> object:
    for name in _VARIABLES:
        value = names.get(name)
        if value is not None and render(value) is not None:
            return value
    return None


def _returned(names: dict[str, object], has_other: bool) -> object:
    """Call `solution`, else the one function without arguments; a helper that raises is passed over."""
    solution = names.get("solution")
    if callable(solution):
        return solution()
    callables = [one for one in names.values() if isinstance(one, FunctionType) and _is_argumentless(one)]
    if len(callables) != 1:
        return None
    try:
        return callables[0]()
    except Exception:
        if not has_other:
            raise
        return None


def _is_argumentless(function: FunctionType) -> bool:
    """Say whether a function of the program itself can be called with nothing."""
    code = function.__code__
    n_required = code.co_argcount - len(function.__defaults__ or ())
    n_keyword = code.co_kwonlyargcount - len(function.__kwdefaults__ or {})
    makes_values_later = code.co_flags & 0x2A0  # generators and coroutines return no answer
    return code.co_filename == _FILE and n_required <= 0 and n_keyword <= 0 and not makes_values_later


def _add(found: Found, convention: str, value: object) -> None:
    text = render(value)
    if text is None or not text.strip():
        return
    if len(text) > MAX_ANSWER:
        found["too_long"] = convention
        return
    found[convention] = text


def _flushed_size() -> int:
    sys.stdout.flush()
    return os.fstat(1).st_size


def _failure(error: BaseException) -> dict[str, object]:
    kind = type(error).__name__
    try:
        message = str(error)[:_MAX_ERROR]
    except BaseException:  # noqa: BLE001  an exception may lie or fail in its own text
        message = ""
    return {"error": kind, "message": message, "line": _line(error)}


def _line(error: BaseException) -> int:
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
