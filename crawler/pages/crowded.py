"""Tags of thousands of attributes: libxml2 takes time by the square of them, so the rest is cut.

20,000 attributes of one tag take 5 s, as many as fit into a page of 5 MB hours. No page has them;
looking for them costs a twentieth of the parse.
"""

from __future__ import annotations

import re

MOST = 500  # attributes of a tag
WINDOW = 16_384  # bytes; a tag of more attributes than MOST that is shorter costs little yet
STRIDE = 32_768  # bytes between the looks into quoted text
INSIDE = 4_096  # bytes of such a look; what lies inside a tag there must do so one further on, too
FEW = 10  # equals signs in them, of a tag that has thousands
_ATTRIBUTE = rb"[\s/]++[^\s/=<>\"']++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s<>\"']++))?+"
# In a script, `i<a` begins no tag: what follows is no long row of attributes.
_CROWDED = re.compile(rb"(<[a-zA-Z][\w:-]*+(?:%b){%d})(?:%b)+" % (_ATTRIBUTE, MOST, _ATTRIBUTE))


def uncrowded(data: bytes) -> bytes:
    """*data*, markup, without the attributes of a tag behind the first `MOST`."""
    return _CROWDED.sub(rb"\1", data) if is_crowded(data) else data


def is_crowded(data: bytes) -> bool:
    """Whether *data* may hold a tag of so many attributes that it takes long to parse."""
    opened = closed = -1  # the last brackets so far
    looked = -1  # the last that was found to open no such tag
    for start in range(0, len(data) - WINDOW, WINDOW):
        end = start + WINDOW
        opened = max(opened, data.rfind(b"<", start, end))
        last = data.rfind(b">", start, end)
        closed = max(closed, last)
        if last < 0 and opened > closed and opened != looked:
            if _CROWDED.match(data, opened):
                return True
            looked = opened
    return any(
        _is_inside(data, start) and _is_inside(data, start + 2 * INSIDE)
        for start in range(0, len(data), STRIDE)
    )


def _is_inside(data: bytes, start: int) -> bool:
    """Whether *data* at *start* is inside one tag whose values, in quotes, hold angle brackets."""
    window = data[start : start + INSIDE]
    if window.count(b"=") <= FEW:
        return False
    parts = window.replace(b"'", b'"').split(b'"')
    for outside in (b"".join(parts[::2]), b"".join(parts[1::2])):
        if outside.count(b"=") > FEW and b"<" not in outside and b">" not in outside:
            return True
    return False
