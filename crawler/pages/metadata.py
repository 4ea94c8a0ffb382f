"""What the head of a page says of it: meta elements, JSON-LD, canonical address, language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crawler.pages.document import Document
from crawler.pages.text import settle

ARTICLES = re.compile(r"Article|Posting|Report|Review|NewsItem|WebPage|Recipe|Story", re.I)
INNER = ("@graph", "mainEntity", "mainEntityOfPage", "breadcrumb")
LONGEST = 2_000  # characters of a title or description
LARGEST = 400_000  # characters of a JSON-LD script that are read
# What keeps a script from old readers, or a template's XML valid.
_WRAPPED = re.compile(
    r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?)|(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?)\s*$"
)
_CONTROL = re.compile(r"[\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Metadata:
    """``meta``: name or property (lower case) -> contents; ``nodes``: JSON-LD objects."""

    meta: dict[str, list[str]]
    nodes: tuple[dict[str, Any], ...]
    title: str
    language: str | None
    canonical: str | None

    def first(self, *names: str) -> str | None:
        """The first content that is not empty, of the first name that has one."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value.strip():
                    return value.strip()
        return None

    @property
    def vietnamese(self) -> bool:
        """Whether the page says that it is, or says nothing of its language."""
        return (self.language or "vi").lower().startswith("vi")

    @property
    def article(self) -> dict[str, Any]:
        """The JSON-LD object of the article, empty if there is none."""
        best: dict[str, Any] = {}
        for node in self.nodes:
            kind = " ".join(_strings(node.get("@type")))
            if ARTICLES.search(kind):
                if "WebPage" not in kind and (node.get("headline") or node.get("datePublished")):
                    return node
                if not best and node.get("datePublished"):
                    best = node
        return best

    @property
    def headline(self) -> str | None:
        """JSON-LD's headline."""
        value = self.article.get("headline")
        return value[:LONGEST] if isinstance(value, str) else None

    def of_type(self, name: str) -> Iterator[dict[str, Any]]:
        """JSON-LD objects of a type."""
        for node in self.nodes:
            if name in _strings(node.get("@type")):
                yield node


def read(doc: Document) -> Metadata:
    """The metadata of *doc*; made once and kept with it."""
    found = doc.cache.get("metadata")
    if found is None:
        found = doc.cache["metadata"] = _read(doc)
    assert isinstance(found, Metadata)
    return found


def _read(doc: Document) -> Metadata:
    meta: dict[str, list[str]] = {}
    for element in doc.tree.iter("meta"):
        content = element.get("content")
        if not content:
            continue
        for name in ("property", "name", "itemprop", "http-equiv"):
            value = element.get(name)
            if value:
                meta.setdefault(value.strip().lower(), []).append(settle(content[:LONGEST]))
    title = next((settle(e.text[:LONGEST]) for e in doc.tree.iter("title") if e.text), "")
    canonical = None
    for element in doc.tree.iter("link"):
        if (element.get("rel") or "").lower() == "canonical":
            canonical = canonical or doc.resolve(element.get("href"))
    language = doc.tree.get("lang") or doc.tree.get("xml:lang")
    return Metadata(meta, tuple(_json_ld(doc)), title, language, canonical)


def _json_ld(doc: Document) -> Iterator[dict[str, Any]]:
    for script in doc.tree.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text:
            continue
        if len(script.text) > LARGEST:
            continue
        text = script.text.strip()
        if not text.startswith(("{", "[")):
            text = _WRAPPED.sub("", text).strip()
        text = text.rstrip(";")
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            try:
                value = json.loads(re.sub(r",\s*([}\]])", r"\1", _CONTROL.sub(" ", text)))
            except (ValueError, RecursionError):
                continue
        yield from _nodes(value)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    todo = [value]
    while todo:
        node = todo.pop(0)
        if isinstance(node, list):
            todo.extend(node)
        elif isinstance(node, dict):
            yield node
            todo.extend(node[name] for name in INNER if isinstance(node.get(name), list | dict))


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def strings(value: Any, *names: str) -> list[str]:
    """Texts of a JSON-LD value: itself, the items of a list, or *names* of an object."""
    if isinstance(value, str):
        return [settle(value)] if value.strip() else []
    if isinstance(value, list):
        return [text for item in value for text in strings(item, *names)]
    if isinstance(value, dict):
        for name in names:
            found = strings(value.get(name))
            if found:
                return found
    return []
