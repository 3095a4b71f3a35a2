"""Choose the transport of a teacher and read its key: the only place where a key leaves the environment.

The key goes from the named variable into a header and nowhere else: not into a record, a message or a repr.
Client libraries are imported here, when a teacher is asked, and not before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from curate.errors import MissingError, UsageError
from curate.teachers.transport import Transport
from curate.types import Teacher


def make_transport(
    teacher: Teacher, environ: Mapping[str, str], clock: Callable[[], float] = time.time
) -> Transport:
    """Make the transport of one teacher; nothing is sent yet.

    Raises:
        MissingError: when the variable that should hold the key is not set.
        UsageError: for a batch teacher, which is not asked request by request.
    """
    key = read_key(teacher, environ)
    if teacher.transport == "embedded":
        from curate.teachers.embedded.teacher import EmbeddedTeacher
        from curate.teachers.in_process import EmbeddedTransport

        return EmbeddedTransport(EmbeddedTeacher())  # knows no problem: a stage passes one that does
    if teacher.transport == "openai":
        from curate.teachers.sdk import OpenAITransport

        return OpenAITransport(teacher, key, environ, clock)
    if teacher.transport == "batch":
        raise UsageError(
            f"teacher {teacher.alias!r} has the transport `batch`, which takes no single requests",
            "use transport chat or openai for this",
        )
    from curate.teachers.chat import ChatTransport

    return ChatTransport(teacher, key, environ, clock)


def read_key(teacher: Teacher, environ: Mapping[str, str]) -> str:
    """Read a teacher's key; empty when the teacher needs none.

    Raises:
        MissingError: when the variable that should hold the key is not set, or holds no header value.
    """
    if teacher.api_key_env is None or teacher.transport == "embedded":
        return ""
    key = environ.get(teacher.api_key_env, "").strip()
    if not key:
        raise MissingError(
            f"the environment variable {teacher.api_key_env} of teacher {teacher.alias!r} is not set",
            f"export {teacher.api_key_env}=... in the shell that starts tracemill",
        )
    if not key.isprintable() or not key.isascii():
        raise MissingError(
            f"the environment variable {teacher.api_key_env} holds characters that no key has",
            "copy the key again, without line breaks",
        )
    return key
