"""Other extractors, for a comparison in the same run; development dependencies, loaded by name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from archive.errors import InputError
from crawler.evaluation.corpus import Case
from crawler.evaluation.predicting import Reader


def reader(name: str) -> Reader:
    """The peer of that *name*: `trafilatura` or `newspaper4k`."""
    module, make = _PEERS[name]
    try:
        importlib.import_module(module)
    except ImportError as error:
        raise InputError(
            f"{name} is not installed.",
            "`pip install '.[peers]'` in Luutru's folder adds it; it is only for comparison.",
        ) from error
    return make


def _trafilatura(case: Case) -> Mapping[str, Any]:
    import trafilatura

    found = trafilatura.bare_extraction(
        case.exchange.body, url=case.exchange.url, with_metadata=True, include_comments=False
    )
    if found is None:
        return {}
    value = found if isinstance(found, dict) else found.as_dict()
    names = [name.strip() for name in (value.get("author") or "").split(";")]
    return {
        "title": value.get("title"),
        "lead": value.get("description"),
        "published": value.get("date"),
        "authors": [name for name in names if name],
        "body": (value.get("text") or "").splitlines(),
    }


def _newspaper(case: Case) -> Mapping[str, Any]:
    import newspaper

    # It would ask the site for each photo of the page, to find the largest.
    article = newspaper.Article(case.exchange.url, fetch_images=False)
    article.download(input_html=case.exchange.body.decode("utf-8", "replace"))
    try:
        article.parse()
    except (ImportError, LookupError, ValueError):
        return {}  # some languages need what its installation leaves out; it stumbles over controls
    date = article.publish_date
    return {
        "title": article.title,
        "lead": article.meta_description,
        "published": date.isoformat() if date else None,
        "authors": article.authors,
        "body": [line for line in article.text.splitlines() if line],
    }


_PEERS: Mapping[str, tuple[str, Reader]] = {
    "trafilatura": ("trafilatura", _trafilatura),
    "newspaper4k": ("newspaper", _newspaper),
}
NAMES = tuple(_PEERS)
