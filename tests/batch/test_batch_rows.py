"""Lines of batch files: bodies unchanged on the way in, anything survivable on the way out."""

from __future__ import annotations

import orjson

from curate.teachers.batch_rows import read_result_lines, write_input_line


def test_input_line_carries_the_body_byte_for_byte(make_bench) -> None:
    request = make_bench().units(1)[0].request
    line = write_input_line(request)
    assert request.body in line
    read = orjson.loads(line)
    assert (read["custom_id"], read["url"]) == (request.request_id, "/v1/chat/completions")
    assert line.endswith(b"}\n")


def test_done_failed_and_unrun_rows_are_told_apart() -> None:
    content = b"\n".join(
        orjson.dumps(row)
        for row in (
            {
                "custom_id": "a",
                "response": {"status_code": 200, "request_id": "r", "body": {"x": 1}},
                "error": None,
            },
            {"custom_id": "b", "response": {"status_code": 400, "body": {"error": {}}}, "error": None},
            {"custom_id": "c", "response": None, "error": {"code": "batch_expired", "message": "too late"}},
        )
    )
    rows = {row.request_id: row for row in read_result_lines(content)}
    assert (rows["a"].http_status, rows["a"].body, rows["a"].vendor_request_id) == (200, b'{"x":1}', "r")
    assert rows["b"].http_status == 400
    assert (rows["c"].http_status, rows["c"].error_class, rows["c"].message) == (
        None,
        "batch_expired",
        "too late",
    )


def test_lines_that_cannot_be_read_are_left_out() -> None:
    content = b'{"custom_id":"a","resp\n[]\nnull\n{"custom_id":7}\n{"custom_id":"b"}\n\n\xff\xfe\n'
    assert list(read_result_lines(content)) == []
