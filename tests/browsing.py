"""A browser at the reader, watched: what it asks for, what it says, and whether a script ran."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright
from reading_room import MARK
from tools import chromium

DESKTOP = (1280, 860)
PHONE = (360, 740)


@dataclass
class Visit:
    """One window. ``asked``: every address that it wanted; ``told``: dialogs, errors, console."""

    page: Page
    base: str
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open the page and wait until it has loaded all that it wants."""
        self.page.goto(self.base + path.removeprefix("/"), wait_until="networkidle")
        return self.page

    def ran(self) -> list[str]:
        """Frames in which a script of the archive's content has run."""
        return [
            frame.url
            for frame in self.page.frames
            if frame.evaluate(f"document.documentElement.hasAttribute('{MARK}')")
        ]

    def strayed(self) -> list[str]:
        """Requests to anything but the reader."""
        host = urlsplit(self.base).netloc
        return [
            url
            for url in self.asked
            if not url.startswith(("data:", "blob:", "about:")) and urlsplit(url).netloc != host
        ]

    def overflow(self) -> int:
        """Pixels that the page is wider than the window."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return max(0, wide)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # No sandbox of its own: in containers it cannot make one.
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def visit(
    opened: Browser, base: str, size: tuple[int, int] = DESKTOP, **more: Any
) -> Iterator[Visit]:
    """A new window of that size, Vietnamese unless *more* says otherwise."""
    options: dict[str, Any] = {"locale": "vi-VN", "color_scheme": "light"} | more
    context = opened.new_context(viewport={"width": size[0], "height": size[1]}, **options)
    page = context.new_page()
    one = Visit(page, base)
    context.on("request", lambda request: one.asked.append(request.url))
    page.on("console", lambda message: one.told.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: one.told.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (one.told.append("dialog"), dialog.dismiss()))
    try:
        yield one
    finally:
        context.close()
