"""The reader: pages about the archive for a browser, as a plugin of Datasette, without scripts.

    serve (cli) -> server.py: socket, Datasette, uvicorn
                   plugin.py: routes -> page modules -> shell.read(datasette, work, …)  [in threads]
                                                     -> shell.page(request, template, context)
                   security.py: around every answer, Datasette's own too

| address | module |
|---|---|
| `/`, `/search` | `search_page.view` |
| `/sites` | `sites_page.view` |
| `/article/<key>`, `/article/<key>/history` | `article_page.view`, `article_page.history` |
| `/article/<key>/diff?a=&b=&view=side,inline` | `diff_page.view` |
| `/capture/<id>`: about a capture, with a sandboxed frame | `replay.view` |
| `/replay/<id>`: its bytes, made safe | `replay.replay` |
| `/photo/<capture id>` | `photos.view` |
| `/static/<file>` | `plugin.static` |
| `/data` | leads to `/archive`: Datasette's tables, JSON and CSV |

How a page is made
- A view is ``async def view(request: Request, datasette: Datasette) -> Response``. What the route
  names (`key`, `id`) is in ``request.url_vars``, the query in ``request.args``.
- ``await shell.read(datasette, work, *args)`` calls ``work(archive, *args)`` in a thread, with an
  `Archive` that is open for reading alone, inside one snapshot and a limit of time. All that a page
  shows comes from one such call, which returns frozen values.
- ``await shell.page(request, template, context, status=200)`` renders a template of `templates/`
  that extends ``base.html`` (blocks `title`, `main`; `wide` is set for wide pages). A template has:
  ``t(key, **values)`` the text in the page's language, ``lang`` (`vi`, `en`), ``here(**changes)``
  this address with other query values (None: without), ``link(path, **query)``, and the filters
  ``number``, ``day`` (a printed date), ``moment`` (an ISO time, as in Vietnam), ``marked(spans)``.
- Text that a site printed is set in an element with ``lang="vi"``.
- Texts stand in ``texts.py`` (shell, search, sites), ``texts_article.py`` (article, diff, replay)
  as ``TEXTS: dict[key, (Vietnamese, English)]``, with ``{name}`` for values.
- Raise `LuutruError`s: they become an error page (404 for UnknownReferenceError, 400 for QueryError
  and InputError, 503 for ArchiveError), with the next step. Bugs become a page 500 and a traceback
  on standard error.
- Policies are set by path in ``security.py``; a view sets no security header. No page has a script,
  an inline style or a form that does not GET. A response of `/replay/` may not run anything.
"""
