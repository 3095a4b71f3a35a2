"""What the store knows of a trace's text: read from an answer or an import, parsed and measured once.

The parser needs the form that was asked for, which stands in the request and not in the answer. Requests of
which no answer was seen yet are remembered here; an answer whose request comes later in the journal is read
as `other`, and again when the request is known.
Asks no teacher; a text on which the parser stumbles becomes a row that says so.
"""

from __future__ import annotations

from typing import NamedTuple

from xxhash import xxh3_128_hexdigest

from curate.answers import PARSER_VERSION, parse_trace
from curate.ids import normalise_text
from curate.store.scan import id_digest
from curate.teachers.completion import MalformedAnswer, read_completion
from curate.types import (
    Completion,
    FinishReason,
    ParsedTrace,
    ParseState,
    TraceFormat,
    Usage,
    generated_trace_id,
)

_FORMATS = {form.value: form for form in TraceFormat}


class ReadTrace(NamedTuple):
    """A trace's columns that come from its text: `measures` for traces, `texts` for texts, in their order."""

    trace_id: str
    format: str
    measures: tuple[object, ...]
    texts: tuple[object, ...]
    finish_reason: str
    model_reported: str = ""
    system_fingerprint: str = ""
    reasoning_source: str = ""
    is_reasoning_open: bool = False


class TraceReader:
    """Reads texts; remembers the forms of requests whose answers are still to come."""

    def __init__(self, formats: dict[bytes, str] | None = None) -> None:
        self._formats = {} if formats is None else formats

    def expect(self, request_id: str, format: str) -> None:
        """Remember the form of a request until its answer comes."""
        self._formats.setdefault(id_digest(request_id), _FORMATS.get(format, TraceFormat.OTHER).value)

    def read_answer(self, request_id: str, response: bytes) -> ReadTrace:
        """Read an answer; a body that is no completion gives an empty text with the class of its fault."""
        form = _FORMATS[self._formats.pop(id_digest(request_id), "other")]
        trace_id = generated_trace_id(request_id)
        try:
            said = read_completion(response)
        except MalformedAnswer as fault:
            said = Completion("", "", FinishReason.OTHER, Usage())
            parsed = ParsedTrace(ParseState.API_ERROR, answer_note=fault.error_class)
        else:
            parsed = _parse(said.text, form, said.finish_reason)
        return ReadTrace(
            trace_id,
            form.value,
            _measure(said.text, said.reasoning, parsed, said.finish_reason.value),
            (said.text, said.reasoning, parsed.program, parsed.equations),
            said.finish_reason.value,
            said.model_reported,
            said.system_fingerprint,
            said.reasoning_source,
            said.is_reasoning_open,
        )

    def read_import(self, trace_id: str, text: str, reasoning: str, format: str) -> ReadTrace:
        """Read an imported trace; nobody knows how its answer ended."""
        return read_text(trace_id, text, reasoning, format, None)


def read_text(trace_id: str, text: str, reasoning: str, format: str, finish_reason: str | None) -> ReadTrace:
    """Read a stored text, for the first time or again; an unknown end is parsed like `stop`."""
    form = _FORMATS.get(format, TraceFormat.OTHER)
    parsed = _parse(text, form, FinishReason(finish_reason or "stop"))
    return ReadTrace(
        trace_id,
        form.value,
        _measure(text, reasoning, parsed, finish_reason),
        (text, reasoning, parsed.program, parsed.equations),
        finish_reason or "",
    )


def _parse(text: str, form: TraceFormat, finish_reason: FinishReason) -> ParsedTrace:
    try:
        return parse_trace(text, form, finish_reason)
    except Exception as error:  # noqa: BLE001 - one text must not keep all others out of the projection
        return ParsedTrace(ParseState.NO_ANSWER, answer_note=f"parser_error:{type(error).__name__}")


def _measure(text: str, reasoning: str, parsed: ParsedTrace, finish_reason: str | None) -> tuple[object, ...]:
    """Give stated_answer ... norm_hash in the order of the table; hashes cover the reasoning too."""
    normal = normalise_text(text)
    normal_reasoning = normalise_text(reasoning) if reasoning else ""
    return (
        parsed.stated_answer,
        parsed.answer_note,
        parsed.n_steps,
        normal.count(" ") + 1 if normal else 0,
        len(text),
        len(reasoning),
        parsed.state.value,
        PARSER_VERSION,
        finish_reason,
        _text_hash(text, reasoning),
        _text_hash(normal, normal_reasoning),
    )


def _text_hash(text: str, reasoning: str) -> str:
    """Hash a text to find its copies; no identity, so the quick xxh3 is enough."""
    return "x3-" + xxh3_128_hexdigest(f"{reasoning}\x00{text}".encode())
