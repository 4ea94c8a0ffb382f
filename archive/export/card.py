"""The data card of an exported file, in Markdown, made of its manifest alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archive.export.card_opening import opening
from archive.export.markdown import code, days, number, share, table, years

Manifest = Mapping[str, Any]


def render(made: Manifest) -> str:
    """The card of the file that the manifest *made* describes."""
    sections = (
        ("Sites and periods", _sites(made)),
        ("Fields", _fields(made)),
        ("How it was collected", _collected(made)),
        ("Known gaps", _gaps(made)),
        ("Versions", _versions(made)),
        ("Rights", [_RIGHTS]),
        ("Check it", _check(made)),
        ("Open it", opening(made)),
        ("Cite it", _citation(made)),
    )
    lines = [f"# {title(made)}", "", *_beginning(made)]
    for heading, content in sections:
        lines += ["", f"## {heading}", "", *content]
    return "\n".join(lines) + "\n"


def title(made: Manifest) -> str:
    """What the file holds, in one line."""
    named = [site["name"] for site in made["sites"] if site["rows"]]
    of = named[0] if len(named) == 1 else f"{len(named)} sites"
    what = "Articles" if made["kind"] == "articles" else "Versions of articles"
    span = made["published"]
    return f"{what} of {of}{f', {years(span)}' if span else ''}"


def _beginning(made: Manifest) -> Iterator[str]:
    counts = made["counts"]
    yield (
        f"`{made['file']}`: {number(counts['rows'], 'row')} as {made['format']},"
        f" {number(counts['articles'], 'article')}, {made['bytes']:,} bytes."
        f" {_ROW[made['kind']]}"
    )
    yield ""
    given = made["selection"]["given"]
    if not given:
        yield "It holds the whole archive: nothing was left out on purpose."
        return
    yield "It is a selection; filters look at an article's current version:"
    yield ""
    for name, value in given.items():
        for one in value if isinstance(value, list) else [value]:
            yield f"- {code(f'--{name} {one}')}"
    if query := made["selection"]["understood"].get("query"):
        yield ""
        yield f"The query was read as {code(query)} (`=`: marks as they stand, `~`: without marks)."


def _sites(made: Manifest) -> Iterator[str]:
    return table(
        ("site", "name", "province", "rows", "articles", "published"),
        [
            (one["site"], one["name"], _province(one), one["rows"], one["articles"],
             days(one["published"]))
            for one in made["sites"]
        ],
    )  # fmt: skip


def _province(site: Mapping[str, Any]) -> str:
    names = [site["province_then"], site["province_now"]]
    return ", now ".join(dict.fromkeys(name for name in names if name))


def _fields(made: Manifest) -> Iterator[str]:
    yield from table(
        ("field", "type", "filled", "meaning"),
        [
            (one["name"], _type(one), share(one["filled"], made["counts"]["rows"]), one["meaning"])
            for one in made["fields"]
        ],
    )
    if made["format"] in _FORM:
        yield ""
        yield _FORM[made["format"]]


def _type(field: Mapping[str, Any]) -> str:
    if parts := field.get("parts"):
        return f"list of {{{', '.join(parts)}}}"
    return _TYPES.get(field["type"], str(field["type"]))


def _collected(made: Manifest) -> Iterator[str]:
    state = made["archive"]
    yield _COLLECTED
    yield ""
    yield (
        f"The versions here were seen from {days(made['seen'])}. The archive stood at event"
        f" `{state['cursor']}`, with {number(state['captures'], 'capture')}, the last of"
        f" {state['last_capture'] or 'no day'}."
    )


def _gaps(made: Manifest) -> Iterator[str]:
    yield _GAPS
    yield ""
    yield from table(
        ("site", "pages known", "captured", "never captured", "articles gone", "troubles at last"),
        [
            (one["site"], one["known"], one["captured"], one["never_captured"], one["gone"],
             ", ".join(f"{what}: {pages}" for what, pages in one["problems"].items()) or "none")
            for one in made["sites"]
        ],
    )  # fmt: skip
    states = made["counts"]["states"]
    away = [f"{states[name]:,} {name}" for name in ("gone", "moved") if states.get(name)]
    if away:
        yield ""
        yield (
            f"Of the articles here, {' and '.join(away)}: their pages show them no more, and what"
            " was captured before stands here."
        )
    if taken := states.get("withdrawn"):
        yield ""
        yield (
            f"Of the articles here, {taken:,} withdrawn from the archive: of their text nothing is"
            " left, `withdrawn_why` tells the reason. Drop them from what you took over before."
        )


def _versions(made: Manifest) -> Iterator[str]:
    yield _VERSIONS[made["kind"]]
    if changes := made["counts"].get("changes"):
        yield ""
        yield (
            "Changes by their weightiest class:"
            f" {', '.join(f'{kind} {count:,}' for kind, count in changes.items())}."
        )


def _check(made: Manifest) -> Iterator[str]:
    name = made["file"].replace("'", "'\\''")
    software = ", ".join(f"{name} {number}" for name, number in made["software"].items())
    yield from ("```sh", f"echo '{made['sha256']}  {name}' | sha256sum --check", "```", "")
    yield (
        f"The same digest stands in `{made['file']}.manifest.json`, with the counts, the selection,"
        " the state of the archive and the schema. The same archive and selection give the same"
        f" bytes, by the same software: {software}."
    )


def _citation(made: Manifest) -> Iterator[str]:
    state = made["archive"]
    yield (
        f"> {title(made)}. Luutru archive {state['id']}, state {state['cursor']}"
        f" ({(state['last_capture'] or 'no capture')[:10]}). {made['file']},"
        f" sha256:{made['sha256']}."
    )


_TYPES = {
    "word": "text", "time": "time, UTC", "flag": "yes or no", "texts": "list of texts",
    "map": "text to text",
}  # fmt: skip

_ROW = {
    "articles": "One row is one article, by its current version.",
    "versions": "One row is one version of an article; all that were seen are here.",
}

_FORM = {
    "csv": (
        "A cell is flat, so this file leaves out what stands in jsonl, parquet and sqlite: the"
        " kinds of blocks, affiliations and roles, credits and photos of captions, titles of links,"
        " and which rule found a field. Lists are joined with `; `, sections with ` > `, paragraphs"
        " with line ends. An empty cell is an empty text as well as none. Cells that begin with"
        " `=`, `+`, `-` or `@` are text of the articles: a spreadsheet may run them as formulas, so"
        " import the file (UTF-8) with all columns as text."
    ),
    "jsonl": (
        "`body` is a list of texts, or with `--full` of objects with kind and text. Times are text"
        " in ISO 8601."
    ),
    "sqlite": (
        "Each list is a table of its own (`section`, `author`, `block` for the body, `caption`,"
        " `link`, `attachment`, `tag`, `note`, `collection`, `evidence`), numbered by `position`;"
        " `site` tells the sites."
        " Body, captions and authors stand as text in the main table too, and `folded` holds all of"
        " it in bare letters, to search. Times are text in ISO 8601, flags are 0 or 1."
    ),
}

_COLLECTED = (
    "Luutru crawled the sites within their robots.txt and at the pace they ask for, or took in WARC"
    " files of others; it kept every answer as it came and read the articles out of the kept pages"
    " by rules: `evidence` and `reader` tell which. Text is the published text in Unicode NFC with"
    " white space settled; nothing else was changed."
)

_GAPS = (
    "Pages are those of articles, photos and documents, whatever the selection. What no page that"
    " was seen links to is not known at all, and not counted."
)

_VERSIONS = {
    "articles": (
        "An article whose content changed has several versions; this file holds the current one of"
        " each, and `versions` tells how many there are. `--versions` exports all. Link boxes,"
        " counters and advertisements make no version."
    ),
    "versions": (
        "A version begins with the capture whose content differs from the one before: title,"
        " section, lead, dates, body, captions, byline, attachments or links in the text. Link"
        " boxes, counters and advertisements make none. `change` and `changed` tell what differs,"
        " `current` which version stands now. Between two captures a page may have changed unseen."
    ),
}

_RIGHTS = (
    "The texts belong to those who published them; neither this file nor Luutru gives a licence to"
    " them. They name persons, as authors and in the text. Before you publish them again, ask the"
    " publisher, or quote within the law of your country, with `url` and `first_seen`."
)
