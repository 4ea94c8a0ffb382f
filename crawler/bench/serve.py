"""Serve a bench site until the end of standard input: `python -m crawler.bench.serve SIZE`."""

from __future__ import annotations

import sys

from crawler.bench.site import BenchSite, page
from crawler.demo.server import DemoServer


def main() -> None:
    site = BenchSite(int(sys.argv[1]))
    for number in range(site.size):
        page(number)  # made before the clock runs
    with DemoServer([site]) as server:
        sys.stdout.write(server.urls[site.slug] + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
