"""Texts and lists as TOML writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable


def toml_text(text: str) -> str:
    """A basic string: JSON's escapes are TOML's too, but for DEL, which TOML refuses raw."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def text_list(texts: Iterable[str], indent: str = "") -> str:
    """A list in one line; one text a line with *indent*, if there are several."""
    written = [toml_text(text) for text in texts]
    if not indent or len(written) < 2:
        return f"[{', '.join(written)}]"
    return "[\n" + "".join(f"{indent}{one},\n" for one in written) + "]"
