"""Content identities: the same content has the same id on every machine, in every run.

An id is ``b2-`` and 32 hex digits: BLAKE2b cut to 128 bits, with the algorithm in the name so that it
can change. Ids fit the 64 characters of ``[A-Za-z0-9_-]`` that batch endpoints allow.
This module knows no domain type; what goes into an id is decided where the type is built.
"""

from __future__ import annotations

import hashlib
import re
import string
import unicodedata

import orjson

ID_PREFIX = "b2-"
_ASCII_FOLD = bytes.maketrans(
    b"\t\n\v\f\r\x1c\x1d\x1e\x1f" + string.ascii_uppercase.encode(),
    b" " * 9 + string.ascii_lowercase.encode(),
)
_NOT_TEXT_KEY = re.compile(r"[\W_]+", re.UNICODE)


def content_id(kind: str, *parts: str | bytes | int | None) -> str:
    """Hash ordered parts under a kind, so that equal parts of different kinds never collide.

    ``None`` differs from the empty string. Lone surrogates are hashed as they are.

    >>> content_id("problem", "a", "b") == content_id("problem", "ab", "")
    False
    """
    content = b"".join([_measured(part) for part in (kind, *parts)])
    return ID_PREFIX + hashlib.blake2b(content, digest_size=16).hexdigest()


def canonical_json(value: object) -> bytes:
    """Serialise to sorted, compact UTF-8 JSON: the bytes that are hashed are the bytes that are sent.

    Raises:
        TypeError: for a value JSON cannot carry (lone surrogates included).
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def normalise_text(text: str) -> str:
    """Fold Unicode width, case and white space; keep every number, sign and letter."""
    if text.isascii():  # three times faster, and the store does it to every trace
        data = text.encode().translate(_ASCII_FOLD)
        while b"  " in data:
            data = data.replace(b"  ", b" ")
        return data.strip().decode()
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def text_key(text: str) -> str:
    """Reduce to lower-case letters and digits: equal for texts that differ in dressing only."""
    return _NOT_TEXT_KEY.sub("", unicodedata.normalize("NFKC", text)).casefold()


def id_shard(content: str, count: int) -> int:
    """Place an id in one of `count` shards, the same one on every machine and version."""
    return int(content[len(ID_PREFIX) : len(ID_PREFIX) + 8], 16) % count


def _measured(part: str | bytes | int | None) -> bytes:
    """Give a part with its length before it, so that no two lists of parts run together alike."""
    if part is None:
        return b"-"
    data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
    return b"%d:%b" % (len(data), data)
