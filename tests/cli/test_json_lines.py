"""Lines of the filters: lone surrogates, huge numbers and deep nesting cost their own line only."""

from __future__ import annotations

import json

import pytest

from curate.cli.json_lines import read_line, write_line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"id": 1}', {"id": 1}),
        (b'{"id": "\\ud800"}', {"id": "\ud800"}),
        (b'{"id": 123456789012345678901234567890}', {"id": 123456789012345678901234567890}),
        (b"[1]", None),
        (b"", None),
        (b"{", None),
        (b"\xff\xfe", None),
        (b"[" * 100_000, None),
    ],
)
def test_a_line_is_read_or_is_none(line: bytes, expected: dict[str, object] | None) -> None:
    assert read_line(line) == expected


def test_long_numbers_keep_their_digits() -> None:
    assert read_line(b'{"gold": 0.12345678901234567890}') == {"gold": "0.12345678901234567890"}


@pytest.mark.parametrize("name", ["a", "\ud800", 2**70, None, [1, "x"]])
def test_what_was_read_can_be_written(name: object, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    import sys

    write_line({"id": name})
    sys.stdout.flush()
    assert json.loads(capfdbinary.readouterr().out)["id"] == name
