"""Answers on disk, one JSON line each, found again by their key: what is answered is never asked twice.

A line is one write; a torn last line (a killed process) is cut when the file is opened. Nothing is ever
changed in place, so the file can be shared by runs that ask for more.
"""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from types import TracebackType

import orjson

from curate.errors import InputError
from curate.types import FinishReason
from evaluate.types import Answer

PREDICTIONS = "predictions.jsonl"


class PredictionFile:
    """The predictions of an evaluation folder; a context manager that flushes at its end."""

    def __init__(self, folder: Path) -> None:
        """Open or make the file, and read what it holds.

        Raises:
            InputError: when the folder cannot be written, or a line in the middle is damaged.
        """
        self.path = folder / PREDICTIONS
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise InputError(
                f"{self.path} cannot be written: {error.strerror}", "name another folder in evaluate.out"
            ) from None
        self._answers = read_predictions(self.path, self._fd)
        self._n_unflushed = 0

    def __enter__(self) -> PredictionFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flush()
        os.close(self._fd)

    def get(self, key: str) -> Answer | None:
        """Give the answer of a key."""
        return self._answers.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self._answers

    def append(self, answer: Answer) -> None:
        """Keep an answer; it is on the disk at the latest after 64 more."""
        line = orjson.dumps(_as_json(answer)) + b"\n"
        done = 0
        while done < len(line):
            done += os.write(self._fd, line[done:])
        self._answers[answer.key] = answer
        self._n_unflushed += 1
        if self._n_unflushed >= 64:
            self.flush()

    def flush(self) -> None:
        """Bring all that was appended to the disk."""
        os.fsync(self._fd)
        self._n_unflushed = 0


def read_predictions(path: Path, fd: int | None = None) -> dict[str, Answer]:
    """Read a file of predictions by key; with `fd` a torn last line is cut from the file.

    Raises:
        InputError: for a damaged line that is not the last one.
    """
    answers: dict[str, Answer] = {}
    data = path.read_bytes() if path.is_file() else b""
    end = data.rfind(b"\n") + 1
    if end < len(data) and fd is not None:
        os.ftruncate(fd, end)
    for number, line in enumerate(data[:end].splitlines(), 1):
        try:
            answer = _of_json(orjson.loads(line))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            raise InputError(
                f"{path}, line {number}: the prediction is damaged",
                "remove the line; its problem is asked again",
            ) from None
        answers[answer.key] = answer
    return answers


def _as_json(answer: Answer) -> dict[str, object]:
    return {
        "key": answer.key,
        "text": answer.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "n_tokens": answer.n_tokens,
        "finish_reason": answer.finish_reason.value,
        "token_ids": list(answer.token_ids),
        "reasoning": answer.reasoning,
        "cost_usd": None if answer.cost_usd is None else str(answer.cost_usd),
        "fault": answer.fault,
    }


def _of_json(values: dict[str, object]) -> Answer:
    cost, ids = values["cost_usd"], values["token_ids"]
    if not isinstance(ids, list):
        raise TypeError("token_ids")
    return Answer(
        key=str(values["key"]),
        text=str(values["text"]),
        n_tokens=int(str(values["n_tokens"])),
        finish_reason=FinishReason(str(values["finish_reason"])),
        token_ids=tuple(int(token) for token in ids),
        reasoning=str(values["reasoning"]),
        cost_usd=None if cost is None else Decimal(str(cost)),
        fault=str(values["fault"]),
    )
