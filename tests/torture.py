"""A thousand crawls killed, each looked at afterwards: `make torture`.

A third of the kills strikes inside a write to SQLite's log, a third inside a write to the file (a
checkpoint), a third at any moment. After each kill `verify` must be clean and nothing that was
committed may be lost; every 25 kills a crawl goes on to the end, and all of its pages must be there
once. Prints one line of JSON: the figures. Ends with status 1 at the first thing that is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import get_args

from faulty import Ground, Where, problems, shim

from archive.cli.progress import bar
from crawler.bench.site import BenchSite
from crawler.demo.server import DemoServer

ROUND = 25  # kills of one archive


def torture(kills: int, pages: int, seed: int, folder: Path) -> dict[str, object]:
    """Kill that many crawls of a site of that many pages; the figures."""
    library, began = shim(folder), time.monotonic()
    with DemoServer([BenchSite(pages)]) as server, bar("Killing") as show:
        site = BenchSite(pages)
        ground = Ground(folder, site, server.urls[site.slug], Random(seed))
        while ground.tally["kills"] < kills:
            ground.begin(f"round-{ground.tally['rounds']}.db")
            for where in _places(min(ROUND, kills - ground.tally["kills"])):
                for _ in range(4):  # a crawl may end before the write that was chosen
                    if ground.kill(library, where, most=4 * pages if where == "log" else pages):
                        break
                wrong = problems(ground.archive, sample=20)
                assert not wrong, wrong
                show(ground.tally["kills"], kills)
            ground.finish()
            ground.look()
            ground.check_whole()
            ground.tally["rounds"] += 1
            ground.archive.unlink()
    return {**ground.tally, "pages": pages, "seed": seed, "lost": 0, "doubled": 0,
            "seconds": round(time.monotonic() - began)}  # fmt: skip


def _places(number: int) -> list[Where]:
    places: tuple[Where, ...] = get_args(Where)
    return [places[n % len(places)] for n in range(number)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--pages", type=int, default=200, help="of the site that is crawled")
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="luutru-torture-") as folder:
        figures = torture(asked.kills, asked.pages, asked.seed, Path(folder))
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
