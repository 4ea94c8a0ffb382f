"""Tags of thousands of attributes: libxml2 takes time by the square of them, so the rest is cut.

20,000 attributes of one tag take 5 s, as many as fit into a page of 5 MB hours. No page has them;
finding out costs a thousandth of the parse.
"""

from __future__ import annotations

import re

MOST = 500  # attributes of a tag
WINDOW = 16_384  # bytes; a tag of more attributes than MOST that is shorter costs little yet
STRIDE = 65_536  # bytes between the looks into quoted text
_ATTRIBUTE = rb"[\s/]++[^\s/=<>\"']++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s<>\"']++))?+"
# In a script, `i<a` begins no tag: what follows is no long row of attributes.
_CROWDED = re.compile(rb"(<[a-zA-Z][\w:-]*+(?:%b){%d})(?:%b)+" % (_ATTRIBUTE, MOST, _ATTRIBUTE))


def uncrowded(data: bytes) -> bytes:
    """*data*, markup, without the attributes of a tag behind the first `MOST`."""
    return _CROWDED.sub(rb"\1", data) if is_crowded(data) else data


def is_crowded(data: bytes) -> bool:
    """Whether *data* may hold a tag of so many attributes that it takes long to parse."""
    opened = closed = -1  # the last brackets so far
    for start in range(0, len(data) - WINDOW, WINDOW):
        end = start + WINDOW
        opened = max(opened, data.rfind(b"<", start, end))
        last = data.rfind(b">", start, end)
        closed = max(closed, last)
        if last < 0 and opened > closed and data[opened + 1 : opened + 2].isalpha():
            return True
    return any(_is_inside(data[start : start + WINDOW]) for start in range(0, len(data), STRIDE))


def _is_inside(window: bytes) -> bool:
    """Whether *window* lies inside one tag whose values, in quotes, hold angle brackets."""
    parts = window.replace(b"'", b'"').split(b'"')
    for outside in (b"".join(parts[::2]), b"".join(parts[1::2])):
        if outside.count(b"=") > 40 and b"<" not in outside and b">" not in outside:
            return True
    return False
