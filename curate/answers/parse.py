"""Turn the text of a trace into what it holds: stated answer, program, equations, state and number of steps.

In: a visible or raw text, its format, why it ended. Out: a ParsedTrace. Pure, linear, bounded; it runs on
each answer that enters the store. It compares nothing and runs nothing.
"""

from __future__ import annotations

from dataclasses import replace

from curate.answers.anchors import Found, find_answer
from curate.answers.equation_blocks import count_equations, find_equations
from curate.answers.failures import is_api_error, is_refusal
from curate.answers.lenient import find_last_value
from curate.answers.programs import count_statements, find_program
from curate.answers.thinking import has_thinking, hide_thinking
from curate.types import FinishReason, ParsedTrace, ParseState, TraceFormat

PARSER_VERSION = "4"
"""Goes up with every change of what is read; the store then reads its texts again."""

_UNANSWERED = {FinishReason.LENGTH: ParseState.TRUNCATED, FinishReason.REFUSED: ParseState.REFUSED}


def parse_trace(
    text: str, format: TraceFormat, finish_reason: FinishReason = FinishReason.STOP
) -> ParsedTrace:
    """Read a trace. A state other than `ok` says why nothing can be checked.

    >>> parse_trace("So 3 + 4 = 7. The answer is 7.", TraceFormat.COT).stated_answer
    '7'
    """
    if not text or text.isspace():
        return ParsedTrace(_UNANSWERED.get(finish_reason, ParseState.EMPTY), answer_note="empty")
    if is_api_error(text):
        return ParsedTrace(ParseState.API_ERROR, answer_note="api_error")
    hidden, is_open = "", False
    if ">" in text and has_thinking(text):
        said = hide_thinking(text)
        text, hidden, is_open = said.text, said.hidden, said.is_open
        if not text:
            state = ParseState.TRUNCATED if is_open else ParseState.EMPTY
            return ParsedTrace(state, answer_note=_only_hidden(hidden))
    parsed = _READERS[format](text)
    return _with_end(parsed, text, hidden, is_open, finish_reason)


def read_stated_answer(text: str, *, is_lenient: bool = False) -> Found:
    """Read only the answer that a text states, at less cost than `parse_trace`.

    With `is_lenient` a text that announces none gives its last formula or number, and the note says so.

    >>> read_stated_answer("So 3 + 4 = 7.", is_lenient=True)
    Found(answer='7', note='last_number')
    """
    if not text or text.isspace():
        return Found(None, "empty")
    if is_api_error(text):
        return Found(None, "api_error")
    hidden = ""
    if ">" in text and has_thinking(text):
        said = hide_thinking(text)
        text, hidden = said.text, said.hidden
    found = find_answer(text)
    if found.answer is not None:
        return found
    if is_refusal(text):
        return Found(None, "refused")
    if is_lenient and found.note == "no_anchor":
        return find_last_value(text)
    return Found(None, _only_hidden(hidden)) if found.note == "no_anchor" and hidden else found


def _with_end(
    parsed: ParsedTrace, text: str, hidden: str, is_open: bool, finish_reason: FinishReason
) -> ParsedTrace:
    """Let the reason of the end overrule the state; what was read stays to be looked at."""
    state, note = parsed.state, parsed.answer_note
    if state is not ParseState.OK:
        if is_refusal(text):
            state, note = ParseState.REFUSED, "refused"
        elif note == "no_anchor" and hidden:
            note = _only_hidden(hidden)
    if is_open:
        state = ParseState.TRUNCATED
    state = _UNANSWERED.get(finish_reason, state)
    if state is parsed.state and note == parsed.answer_note:
        return parsed
    return ParsedTrace(state, parsed.stated_answer, note, parsed.program, parsed.equations, parsed.n_steps)


def _read_cot(text: str) -> ParsedTrace:
    found = find_answer(text)
    state = ParseState.NO_ANSWER if found.answer is None else ParseState.OK
    return ParsedTrace(state, found.answer, found.note, n_steps=count_steps(text))


def _read_pot(text: str) -> ParsedTrace:
    found = find_program(text)
    if found.program is None:
        return ParsedTrace(ParseState.NO_PROGRAM, answer_note=found.note)
    stated = find_answer(found.prose) if found.prose.strip() else Found(None, "")
    return ParsedTrace(
        ParseState.OK, stated.answer, found.note, found.program, n_steps=count_statements(found.program)
    )


def _read_eot(text: str) -> ParsedTrace:
    block = find_equations(text)
    if block is None:
        return ParsedTrace(ParseState.NO_EQUATIONS, answer_note="no_equations")
    return ParsedTrace(ParseState.OK, None, "equations", equations=block, n_steps=count_equations(block))


def _read_interleaved(text: str) -> ParsedTrace:
    """Read text with code between: the answer it states, and the program that its blocks make together."""
    parsed = _read_cot(text)
    if "```" not in text:
        return parsed
    return replace(parsed, program=find_program(text).program)


_READERS = {
    TraceFormat.COT: _read_cot,
    TraceFormat.POT: _read_pot,
    TraceFormat.EOT: _read_eot,
    TraceFormat.OTHER: _read_interleaved,
}


def count_steps(text: str) -> int:
    """Count the lines that are not blank; a text of one line is counted by its sentences."""
    lines = text.count("\n") + 1 - text.count("\n\n") - text.count("\n \n")
    if lines > 1:
        return lines
    return max(1, text.count(". ") + 1)


def _only_hidden(hidden: str) -> str:
    return "box_in_thinking" if "boxed{" in hidden or "fbox{" in hidden else "no_anchor"
