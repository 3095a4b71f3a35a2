"""Read the one multipart form that the files endpoint takes: a file and its purpose."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOUNDARY = re.compile(r'boundary="?([^";]{1,200})"?')
_NAME = re.compile(rb'name="([^"]*)"')
_FILENAME = re.compile(rb'filename="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file."""

    name: str
    purpose: str
    content: bytes


def read_upload(content_type: str, body: bytes) -> Upload | None:
    """Take the form apart; None when it has no file."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return None
    name, purpose, content = "", "", None
    for part in body.split(b"--" + boundary[1].encode("latin-1")):
        head, blank, data = part.partition(b"\r\n\r\n")
        field = _NAME.search(head)
        if not blank or field is None:
            continue
        data = data.removesuffix(b"\r\n")
        filename = _FILENAME.search(head)
        if filename is not None:
            name, content = filename[1].decode("utf-8", "replace"), data
        elif field[1] == b"purpose":
            purpose = data.decode("utf-8", "replace")
    return None if content is None else Upload(name, purpose, content)
