"""Which file an `img` element shows, and whether it is a photo at all."""

from __future__ import annotations

from collections.abc import Mapping

LAZY = ("data-src", "data-original", "data-lazy-src", "data-srcset", "srcset", "src")
SMALL = 60  # pixels: what is narrower or lower is an icon


def photo_source(given: Mapping[str, str]) -> str | None:
    """The address as in the page, by the attributes *given*; None for icons and placeholders."""
    source = next((given[name] for name in LAZY if given.get(name)), "")
    if not source or source.startswith("data:") or _is_small(given):
        return None
    if source.count(" ") and ("srcset" in given or "data-srcset" in given):
        return source.split(",")[0].split()[0]
    return source


def _is_small(given: Mapping[str, str]) -> bool:
    """Whether an image is an icon, by its own sizes (in pixels)."""
    for name in ("width", "height"):
        value = given.get(name, "").strip().removesuffix("px")
        if value.isdecimal() and int(value[:6]) < SMALL:
            return True
    return False
