"""Build requests: the bytes that are hashed are the bytes that are sent.

In: a teacher, the messages of a rendered prompt, and where they come from. Out: a `Request`, whose id covers
the URL, the body and the sample index and nothing else: no key, alias, price, run or row number.
"""

from __future__ import annotations

from collections.abc import Sequence

from curate.ids import canonical_json
from curate.teachers.usage import CHARS_PER_TOKEN
from curate.types import Json, Message, Request, Role, Teacher, TraceFormat, sampling_json

PATH = "/chat/completions"


def build_request(
    teacher: Teacher,
    messages: Sequence[Message],
    *,
    problem_id: str,
    template_id: str,
    format: TraceFormat,
    sample_index: int,
    role: Role = Role.SOLVER,
    parent_trace_id: str | None = None,
) -> Request:
    """Build the request for one sample.

    A teacher with a seed is asked with `seed + sample_index`. A teacher's own system text replaces the
    prompt's for a solver only; agents depend on theirs. Lone surrogates, which JSON cannot carry,
    become U+FFFD.
    """
    url = teacher.base_url + PATH
    if teacher.system is not None and role is Role.SOLVER:
        messages = _with_system(messages, teacher.system)
    body = _body_bytes(teacher, messages, sample_index)
    return Request(
        Request.identity(url, body, sample_index),
        teacher,
        url,
        body,
        sample_index,
        problem_id,
        template_id,
        format,
        role,
        parent_trace_id,
        estimate_prompt_tokens(messages),
    )


def estimate_prompt_tokens(messages: Sequence[Message]) -> int:
    """Approximate the prompt's tokens: characters / 3.5, and 4 per message for the chat template."""
    return round(sum(len(message.content) for message in messages) / CHARS_PER_TOKEN) + 4 * len(messages)


def _body_bytes(teacher: Teacher, messages: Sequence[Message], sample_index: int) -> bytes:
    body: dict[str, Json] = sampling_json(teacher.sampling)
    if teacher.sampling.seed is not None:
        body["seed"] = teacher.sampling.seed + sample_index
    body["model"] = teacher.model
    body["messages"] = [{"role": m.role, "content": m.content} for m in messages]
    try:
        return canonical_json(body)
    except TypeError:
        body["messages"] = [{"role": m.role, "content": _encodable(m.content)} for m in messages]
        return canonical_json(body)


def _with_system(messages: Sequence[Message], system: str) -> list[Message]:
    kept = [message for message in messages if message.role != "system"]
    return [Message("system", system), *kept] if system else kept


def _encodable(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
