"""A captured page as it can be shown: no scripts, nothing that sends, nothing from outside.

lxml reads the page as the extractor does; here each address is put to the capture nearest in time
or taken out; nh3, which parses as browsers do, then lets through what `allowed.py` lists and
nothing else. The policy of the answer forbids the same once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from lxml import etree
from lxml.etree import _Element

from archive.urls import resolve
from archive.web import allowed, css, markup

Find = Callable[[set[str]], dict[str, int]]
"""Absolute URLs -> the captures to show for them; what has none is left out."""

_FRAMES = frozenset(["iframe", "frame", "object", "embed", "video", "audio", "applet"])
_SHELL = ("class", "id", "style", "lang", "dir", "bgcolor", "background")


@dataclass(frozen=True, slots=True)
class Finder:
    """Where addresses lead: ``links`` to any capture, ``content`` to what can be shown."""

    links: Find
    content: Find


@dataclass(frozen=True, slots=True)
class Words:
    """What stands for what is not shown, in the reader's language; ``{url}`` is put in."""

    missing: str
    frame: str


@dataclass(frozen=True, slots=True)
class _Captured:
    links: dict[str, int]
    content: dict[str, int]


def page(text: str, url: str, finder: Finder, words: Words) -> str:
    """The page *text*, captured at *url*, as a document that can be shown."""
    tree = markup.parsed(text)
    named = next((e.get("href") for e in tree.iter("base") if e.get("href")), None)
    made = _Page(tree, (resolve(url, named) or url) if named else url, words)
    made.rewrite(finder)
    title = " ".join((tree.findtext(".//title") or url).split())
    body = tree.find("body")
    shown = allowed.cleaned(etree.tostring(tree if body is None else body, encoding="unicode",
                                           method="html"))  # fmt: skip
    return (
        f'{allowed.doctype(text)}<html{_shell(tree)}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{made.styles}<style>{markup.BOX_STYLE}</style></head>"
        f"<body{_shell(body)}>{shown}</body></html>"
    )


def sheet(text: str, url: str, finder: Finder) -> str:
    """The style sheet *text*, captured at *url*, with what it loads taken from captures."""
    images, sheets = (_absolute(url, found) for found in css.addresses(text))
    captured = finder.content(images | sheets)
    return css.rewritten(text, _to(url, captured, "/photo/{}"), _to(url, captured, "/replay/{}"))


class _Page:
    """A page's tree while its addresses are changed, in place."""

    def __init__(self, tree: _Element, base: str, words: Words) -> None:
        self._tree, self._base, self._words = tree, base, words
        self._captured = _Captured({}, {})
        self.styles = ""

    def rewrite(self, finder: Finder) -> None:
        """Put every address to its capture; ``styles`` is then what goes into the head."""
        links, content = self._wanted()
        self._captured = _Captured(finder.links(links), finder.content(content))
        self.styles = "".join(map(self._style, self._sheets()))
        for element in list(self._tree.iter(etree.Element)):
            self._element(element)

    def _wanted(self) -> tuple[set[str], set[str]]:
        links: set[str] = set()
        content: list[str] = []
        for one in self._tree.iter(etree.Element):
            if one.tag in ("a", "area") or one.tag in _FRAMES:
                links |= _absolute(self._base, [one.get("href") or one.get("src") or ""])
            elif one.tag == "img":
                content += markup.sources(one)
            elif one.tag == "style":
                content += [url for found in css.addresses(one.text or "") for url in found]
            elif markup.is_sheet(one):
                content.append(one.get("href") or "")
            content.append(one.get("background") or "")
            content += css.addresses(one.get("style") or "")[0]
        return links, _absolute(self._base, content)

    def _sheets(self) -> Iterator[_Element]:
        return (
            one
            for one in self._tree.iter("link", "style")
            if one.tag == "style" or markup.is_sheet(one)
        )

    def _style(self, one: _Element) -> str:
        media = one.get("media")
        said = f' media="{escape(media)}"' if media else ""
        if one.tag == "style":
            return f"<style{said}>{self._css(one.text or '')}</style>"
        there = self._to("/replay/{}")(one.get("href") or "")
        return f'<link rel="stylesheet" href="{there}"{said}>' if there else ""

    def _element(self, one: _Element) -> None:
        if style := one.get("style"):
            one.set("style", self._css(style))
        if background := one.get("background"):
            markup.put(one, "background", self._to("/photo/{}")(background))
        if one.tag in ("a", "area"):
            self._link(one)
        elif one.tag == "img":
            self._image(one)
        elif one.tag in _FRAMES:
            self._frame(one)
        elif one.tag == "form":
            one.tag = "div"
        elif one.tag in ("plaintext", "xmp", "listing"):  # what follows would be text to nh3
            one.tag = "pre"
        elif one.tag in ("input", "button", "select", "textarea"):
            one.set("disabled", "")
            if one.get("type", "").lower() in ("hidden", "password"):
                markup.replace(one, None)
        elif one.tag == "noscript":
            markup.replace(
                one, None
            )  # it says that scripts are off, which readers then did not see

    def _link(self, one: _Element) -> None:
        href = (one.get("href") or "").strip()
        if not href or href.startswith("#"):
            return
        there = self._to("/capture/{}", self._captured.links)(href)
        markup.put(one, "href", there)
        if there is not None:
            one.set("target", "_top")
        elif resolve(self._base, href) is not None:
            one.set("title", self._words.missing.format(url=resolve(self._base, href)))

    def _image(self, one: _Element) -> None:
        shown = self._to("/photo/{}")
        sources = markup.sources(one)
        found = next(filter(None, map(shown, sources)), None)
        if found is None and sources and allowed.is_data_image(sources[0]):
            found = sources[0]
        markup.put(one, "src", found)
        if found is None:
            urls = [url for source in sources if (url := resolve(self._base, source))]
            none = markup.is_marker(one) or not urls
            markup.replace(one, None if none else self._missing(one, urls[0]))

    def _missing(self, image: _Element, url: str) -> _Element:
        name = image.get("alt") or urlsplit(url).path.rpartition("/")[2]
        box = markup.box("span", self._words.missing.format(url=name))
        box.set("title", url)
        return box

    def _frame(self, one: _Element) -> None:
        url = resolve(self._base, one.get("src") or one.get("data") or "")
        box = markup.box("div", self._words.frame.format(url=url or ""))
        if url in self._captured.links:
            link = etree.SubElement(box, "a", href=f"/capture/{self._captured.links[url]}")
            link.set("target", "_top")
            link.text, box.text = box.text, None
        if one.tag == "embed":  # has no end tag, so what follows it was read as its content
            rest = etree.Element("div")
            rest.text = one.text
            rest.extend(list(one))
            one.addnext(rest)
        markup.replace(one, box)

    def _css(self, text: str) -> str:
        return css.rewritten(text, self._to("/photo/{}"), self._to("/replay/{}"))

    def _to(self, pattern: str, captured: dict[str, int] | None = None) -> css.Address:
        return _to(self._base, self._captured.content if captured is None else captured, pattern)


def _to(base: str, captured: dict[str, int], pattern: str) -> css.Address:
    def address(said: str) -> str | None:
        url = resolve(base, said) if said else None
        return pattern.format(captured[url]) if url in captured else None

    return address


def _absolute(base: str, said: Iterable[str]) -> set[str]:
    return {url for one in said if one and (url := resolve(base, one))}


def _shell(one: _Element | None) -> str:
    said = {name: one.get(name) for name in _SHELL} if one is not None else {}
    return "".join(f' {name}="{escape(value)}"' for name, value in said.items() if value)
