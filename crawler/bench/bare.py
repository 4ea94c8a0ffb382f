"""The peer: Scrapy as it comes, an empty callback, the same pages. `python -m crawler.bench.bare`.

Prints pages and seconds from the opening of the spider to its end, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response


class BareSpider(Spider):
    """Fetches and forgets."""

    name = "bare"
    pages = 0

    def __init__(self, urls: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._urls = urls

    async def start(self) -> AsyncIterator[Request]:
        self.began = time.perf_counter()
        for url in self._urls:
            yield Request(url, callback=self.answered)

    def answered(self, response: Response) -> None:
        BareSpider.pages += 1

    def closed(self, reason: str) -> None:
        BareSpider.seconds = time.perf_counter() - self.began

    seconds = 0.0


def main() -> None:
    urls = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    settings = {
        "LOG_LEVEL": "ERROR",
        "CONCURRENT_REQUESTS_PER_DOMAIN": int(sys.argv[2]),
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }
    process = AsyncCrawlerProcess(settings)
    process.crawl(BareSpider, urls=urls)
    process.start()
    print(json.dumps({"pages": BareSpider.pages, "seconds": BareSpider.seconds}))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
