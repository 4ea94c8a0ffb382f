"""What all pages share: the frame, the language, how values are shown, and reading in a thread."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from datasette.utils.asgi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from archive.web import i18n
from archive.web.i18n import LANGS, Lang
from archive.web.shown import day, moment, number

T = TypeVar("T")

HERE = Path(__file__).parent
_YEAR = 365 * 86_400


async def read(datasette: Any, work: Callable[..., T], *args: Any) -> T:
    """``work(archive, *args)`` in a thread, on one snapshot; LuutruErrors come through."""
    result: T = await datasette.luutru.pool.run(work, *args)
    return result


async def page(
    request: Request, template: str, context: Mapping[str, Any], status: int = 200
) -> Response:
    """The page that *template* makes of *context*, in the language that *request* wants."""
    lang = language_of(request)
    body = _templates().get_template(template).render({**frame(request), **context})
    response = Response.html(
        body, status=status, headers={"Vary": "Accept-Language", "Content-Language": lang}
    )
    if request.args.get("lang") in LANGS:
        response.set_cookie(i18n.COOKIE, lang, max_age=_YEAR, httponly=True, samesite="lax")
    return response


def language_of(request: Request) -> Lang:
    """The language that the page is to be in."""
    return i18n.language(
        request.args.get("lang"),
        request.cookies.get(i18n.COOKIE),
        request.headers.get("accept-language"),
    )


def frame(request: Request) -> dict[str, Any]:
    """What every template is given."""
    lang = language_of(request)
    return {
        "lang": lang,
        "t": partial(_text, lang),
        "here": partial(here, request),
        "link": link,
        "path": request.path,
        "style": f"/static/reader.css?{style_digest()}",
    }


def here(request: Request, **changes: Any) -> str:
    """The address of *request* with other query values: None takes one out, a list repeats it."""
    return address(request.path, request, changes)


def address(path: str, request: Request, changes: Mapping[str, Any]) -> str:
    """*path* with the query values of *request*, but for those that change."""
    kept = {key: request.args.getlist(key) for key in request.args if key not in changes}
    return link(path, **kept, **changes)


def link(path: str, **query: Any) -> str:
    """*path* with a query; its parts are quoted, None and empty ones left out."""
    values = {key: value for key, value in query.items() if value not in (None, "", [], (), [""])}
    encoded = urlencode(values, doseq=True)
    return quote(path, safe="/%~") + (f"?{encoded}" if encoded else "")


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """*text*, escaped, with `<mark>` around the *spans*, which are in order and do not overlap."""
    shown, last = Markup(), 0
    for start, end in spans:
        shown += escape(text[last:start])
        shown += Markup("<mark>{}</mark>").format(text[start:end])
        last = end
    return shown + escape(text[last:])


def coded(text: str) -> Markup:
    """*text*, escaped, with what stands between backticks set as code, as our messages have it."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup().join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def _text(lang: Lang, key: str, or_else: str | None = None, **values: object) -> str:
    """The text of *key*; *or_else* where there is none, for keys that the archive has a say in."""
    if or_else is not None and key not in i18n.TEXTS:
        return or_else
    return i18n.text(key, lang, **values)


@cache
def style_digest() -> str:
    """Changes with the style sheet, so that browsers may keep it for good."""
    return hashlib.sha256((HERE / "static" / "reader.css").read_bytes()).hexdigest()[:12]


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update({show.__name__: _shown(show) for show in (number, day, moment)})
    made.filters.update(marked=marked, coded=coded)
    return made


def _shown(show: Callable[[Any, Lang], str]) -> Callable[[Context, Any], str]:
    """A filter that writes a value in the page's language."""

    @pass_context
    def in_language(context: Context, value: Any) -> str:
        return show(value, context["lang"])

    return in_language
