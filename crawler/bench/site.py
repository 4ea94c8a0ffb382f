"""A site of any size for measuring: the sample site's articles, many times, each a little other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.demo.messages import DemoRequest, DemoResponse
from crawler.demo.sites import build

CANONICAL = re.compile(rb'<link[^>]*rel="canonical"[^>]*>')  # each page is one of its own
_TEXT = b'<div id="news-bodyhtml"'
_END = re.compile(rb"\.(?= |<|&nbsp;)")  # of a sentence
_NUMBER = b"\0"
_COPIES = 10  # one page in so many has its model's words, as a text that stands on other sites too
HTML = (("Content-Type", "text/html; charset=utf-8"),)


@dataclass(frozen=True, eq=False)
class BenchSite:
    """*size* article pages under /tin/, named by one sitemap; the home page links to none."""

    size: int
    slug: str = "bench"
    crawl_delay: float | None = None

    def paths(self) -> Sequence[str]:
        return [f"/tin/bai-viet-so-{n}.html" for n in range(self.size)]

    def profile_toml(self, base_url: str, *, concurrency: int = 8) -> str:
        return f"""name = "Trang đo"
family = "nukeviet"
hosts = ["{base_url.split("//", 1)[1]}"]

[start]
home = "{base_url}/"
sitemaps = ["{base_url}/sitemap.xml"]

[urls]
article = ["^/tin/"]

[crawl]
delay = 0.0
concurrency = {concurrency}
"""

    def respond(self, request: DemoRequest) -> DemoResponse:
        path = request.path
        if path == "/robots.txt":
            return DemoResponse(
                200, (("Content-Type", "text/plain"),), b"User-agent: *\nAllow: /\n"
            )
        if path == "/sitemap.xml":
            return DemoResponse(200, (("Content-Type", "application/xml"),), self._sitemap(request))
        if path.startswith("/tin/"):
            return DemoResponse(200, HTML, page(int(path.rsplit("-", 1)[1].removesuffix(".html"))))
        if path == "/":
            return DemoResponse(200, HTML, "<title>Trang đo</title><h1>Trang đo</h1>".encode())
        return DemoResponse(404, HTML, "<title>404</title>không tìm thấy".encode())

    def _sitemap(self, request: DemoRequest) -> bytes:
        rows = "".join(f"<url><loc>{request.base}{path}</loc></url>" for path in self.paths())
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<urlset xmlns="{space}">{rows}</urlset>'.encode()


@lru_cache(maxsize=1)
def _models() -> tuple[tuple[bytes, bytes], ...]:
    """The sample NukeViet articles as served, without links to others, a place for a number at the
    end of each sentence; and their titles."""
    site = next(site for site in build() if site.family == "nukeviet")
    models = []
    for path, article in site.articles.items():
        answer = site.respond(DemoRequest(path, dynamic=False, headers={"host": "127.0.0.1"}))
        title = article.title.encode()
        body = CANONICAL.sub(b"", answer.body)
        if answer.status == 200 and title in body:
            head, mark, text = body.replace(b'href="/', b'data-was="/').partition(_TEXT)
            models.append((head + mark + _END.sub(_NUMBER + b".", text), title))
    return tuple(models)


def page(number: int) -> bytes:
    """The page of that number: most have sentences of their own, and no title stands twice."""
    models = _models()
    body, title = models[number % len(models)]
    own = b"" if number % _COPIES == 0 else f" (số {number})".encode()
    return body.replace(_NUMBER, own).replace(title, f"Tin số {number}: ".encode() + title)
