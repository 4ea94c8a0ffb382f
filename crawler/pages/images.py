"""Which file an `img` element shows, and whether it is a photo at all."""

from __future__ import annotations

from collections.abc import Mapping

LAZY = ("data-src", "data-original", "data-lazy-src", "data-srcset", "srcset", "src")
SMALL = 60  # pixels: what is narrower or lower is an icon


def photo_source(given: Mapping[str, str]) -> str | None:
    """The address as in the page, by the attributes *given*; None for icons and placeholders."""
    source = next((given[name] for name in LAZY if given.get(name)), "") or _any_lazy(given)
    if not source or source.startswith("data:") or _is_small(given):
        return None
    if source.count(" ") and ("srcset" in given or "data-srcset" in given):
        return source.split(",")[0].split()[0]
    return source


def _any_lazy(given: Mapping[str, str]) -> str:
    """What some script of the page's own would put into `src`."""
    for name, value in given.items():
        if name.startswith("data-") and "src" in name and ("/" in value):
            return value.split(",")[0].split()[0] if name.endswith("srcset") else value.strip()
    return ""


def _is_small(given: Mapping[str, str]) -> bool:
    """Whether an image is an icon, by its own sizes (in pixels)."""
    for name in ("width", "height"):
        value = given.get(name, "").strip().removesuffix("px")
        if value.isdecimal() and int(value[:6]) < SMALL:
            return True
    return False
