"""One row as the student sees it, the mask in colour: dim carries no loss, green is learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from finetune.data.encoding import EncodedRow

if TYPE_CHECKING:
    from rich.text import Text

_MOST = 2_000


def preview_row(row: EncodedRow, tokenizer: Any) -> Text:
    """Decode a row, special tokens shown, at most 2,000 characters a side."""
    from rich.text import Text

    text = Text()
    sides = (("dim", row.input_ids[: row.n_prompt]), ("green", row.input_ids[row.n_prompt :]))
    for style, ids in sides:
        decoded = tokenizer.decode(ids, skip_special_tokens=False)
        if len(decoded) > _MOST:
            decoded = decoded[: _MOST // 2] + " … " + decoded[-_MOST // 2 :]
        text.append(_visible(decoded), style)
    return text


def _visible(text: str) -> str:
    return "".join(char if char.isprintable() or char == "\n" else f"\\x{ord(char):02x}" for char in text)
