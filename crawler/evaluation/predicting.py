"""Predictions: one JSON object a page, with the time that reading took."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import lxml.html

from archive.article_json import article_to_dict
from crawler.evaluation.corpus import Case
from crawler.pages.document import Document
from crawler.pages.extract import extract
from crawler.profile import SiteProfile, generic
from crawler.reading import read

Reader = Callable[[Case], Mapping[str, Any]]
"""What reads a page: ours, or a peer."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """*seconds*: all fields from bytes; *bare*: `lxml.html.fromstring` on the same bytes alone."""

    value: Mapping[str, Any]
    seconds: float
    bare: float


def ours(case: Case, profile: SiteProfile | None = None) -> Mapping[str, Any]:
    """The page as a crawl reads it: by generic rules, or by *profile*."""
    exchange = case.exchange
    reading = read(exchange, profile or generic(exchange.url))
    value: dict[str, Any] = {"id": case.id, "kind": reading.kind, "title": reading.title}
    if reading.article is not None:
        value |= article_to_dict(reading.article, url=exchange.url)
        # `text` links are part of the body; truth counts boxes of links alone
        value["related"] = [one for one in value["related"] if one["kind"] != "text"]
    value["items"] = [
        {"title": one.title, "url": one.url, "published": one.published, "lead": one.lead}
        for one in reading.items
    ]
    if reading.next is not None:
        value["next"] = reading.next.url
    return value


def predict(case: Case, profile: SiteProfile | None = None) -> Prediction:
    """Our prediction, with the time of parse and all fields: what a peer's extraction covers."""
    profile = profile or generic(case.exchange.url)
    started = perf_counter()
    lxml.html.fromstring(case.exchange.body or b"<p></p>")
    bare = perf_counter() - started
    started = perf_counter()
    extract(Document.parse(case.exchange), profile)
    seconds = perf_counter() - started
    return Prediction(ours(case, profile), seconds, bare)


def predict_by(reader: Reader, case: Case) -> Prediction:
    """A peer's prediction."""
    started = perf_counter()
    value = reader(case)
    return Prediction({"id": case.id, **value}, perf_counter() - started, 0.0)
