"""The reader as a plugin of Datasette: its addresses, its answers to errors, its wrapping."""

from __future__ import annotations

import mimetypes
import sqlite3
import sys
import traceback
from collections.abc import Callable
from typing import Any

from datasette.plugins import pm
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from pluggy import HookimplMarker

from archive.errors import (
    ArchiveError,
    InputError,
    LuutruError,
    QueryError,
    UnknownReferenceError,
    WithdrawnError,
)
from archive.faults import as_archive_error
from archive.web import security, shell
from archive.web.i18n import of_error
from archive.web.pool import TooLongError

hookimpl = HookimplMarker("datasette")

_NAME = "luutru"
_DEFAULT_ERRORS = "datasette.handle_exception"
_STATUS: tuple[tuple[type[LuutruError], int], ...] = (
    (UnknownReferenceError, 404),
    (WithdrawnError, 410),
    (QueryError, 400),
    (InputError, 400),
    (ArchiveError, 503),
    (TooLongError, 503),
)


class Plugin:
    # Datasette looks for `templates` and `static` beside a plugin's module and would take ours for
    # its own pages; this is the name of no module.
    __name__ = "luutru.reader"

    @hookimpl
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        from archive.web import article_page, diff_page, photos, replay, search_page, sites_page

        return [
            (r"/$", search_page.view),
            (r"/search$", search_page.view),
            (r"/sites$", sites_page.view),
            (r"/article/(?P<key>[^/]+)$", article_page.view),
            (r"/article/(?P<key>[^/]+)/history$", article_page.history),
            (r"/article/(?P<key>[^/]+)/diff$", diff_page.view),
            (r"/capture/(?P<id>\d{1,99})$", replay.view),
            (r"/replay/(?P<id>\d{1,99})$", replay.replay),
            (r"/photo/(?P<id>\d{1,99})$", photos.view),
            (r"/static/(?P<file>[\w.-]+)$", static),
            (r"/favicon\.ico$", icon),
            (r"/data$", data),
        ]

    @hookimpl
    def asgi_wrapper(self, datasette: Any) -> Callable[[security.App], security.App]:
        return lambda app: security.guarded(app, lambda: datasette.luutru.hosts)

    @hookimpl
    def extra_template_vars(self, request: Request | None) -> dict[str, Any]:
        """What our frame around Datasette's pages needs."""
        return shell.frame(request) if request is not None else {}

    @hookimpl
    def prepare_jinja2_environment(self, env: Environment) -> None:
        """Our header and footer for the templates of Datasette's pages."""
        frame = PrefixLoader({"frame": FileSystemLoader(shell.HERE / "templates")})
        env.loader = ChoiceLoader([loader for loader in (env.loader, frame) if loader])

    @hookimpl
    def handle_exception(self, request: Request, exception: Exception) -> Callable[..., Any]:
        async def answer() -> Response:
            return await failed(request, exception)

        return answer


def install() -> None:
    """Make this the one plugin besides Datasette's own, in this process."""
    if pm.has_plugin(_NAME):
        return
    # Plugins that others installed could write, log in or put scripts into pages.
    for plugin, _ in pm.list_plugin_distinfo():
        pm.unregister(plugin)
    # It prints every error, a wrong address too, with all local variables.
    pm.unregister(name=_DEFAULT_ERRORS)
    pm.register(Plugin(), name=_NAME)


async def failed(request: Request, error: Exception) -> Response:
    """The page, or JSON, that says what went wrong and what to do; a bug is told on stderr too."""
    status, what, next_step = _told(error)
    if status >= 500:
        traceback.print_exception(error, file=sys.stderr)
    if request.path.endswith(".json") or request.args.get("format") == "json":
        told = f"{what} {next_step}".strip()
        return Response.json({"ok": False, "error": told, "status": status}, status=status)
    lang = shell.language_of(request)
    said = {"what": of_error(what, lang), "next_step": of_error(next_step, lang)}
    return await shell.page(request, "error.html", {"status": status, **said}, status)


def _told(error: Exception) -> tuple[int, str, str]:
    """Status, what went wrong and the next step; empty where the page has words of its own."""
    if isinstance(error, LuutruError):
        status = next((number for kind, number in _STATUS if isinstance(error, kind)), 400)
        return status, error.what, error.next_step
    mended = as_archive_error(error, "The archive") if isinstance(error, sqlite3.Error) else None
    if mended is not None:
        return 503, mended.what, mended.next_step
    if isinstance(error, Base400):
        return error.status, "" if error.status == 404 else str(error), ""
    if isinstance(error, DatasetteError):
        if error.title == "SQL Interrupted":  # its message is markup, with a script
            return 400, "This SQL took too long.", "Narrow it, or open the file in `sqlite3`."
        status = 400 if error.status >= 500 else error.status  # its word for what it cannot read
        return status, "" if error.message_is_html else str(error.message), ""
    return 500, "", ""


async def static(request: Request) -> Response:
    """A file of `static/`, which browsers may keep: its address changes with it."""
    path = shell.HERE / "static" / request.url_vars["file"]
    if not path.is_file():
        return await failed(request, UnknownReferenceError("There is no such file."))
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(
        path.read_bytes(),
        content_type=f"{kind}; charset=utf-8",
        headers={"Cache-Control": "max-age=31536000, immutable" if request.query_string else
                 "no-cache"},
    )  # fmt: skip


def icon() -> Response:
    return Response.redirect("/static/icon.svg")


def data() -> Response:
    """Datasette's own tables."""
    return Response.redirect("/archive")
