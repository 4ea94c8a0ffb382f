"""Gaps between numbered addresses: what a crawl of missing pages probes, and tells before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crawling import SmallSite, article, luutru, served

ALL = ("--archive", "a.db", "--sites", "sites", "--format", "json")


def path(number: int) -> str:
    return f"/tin/bai-viet-{number}.html"


def test_gaps_are_told_then_probed_and_then_known(tmp_path: Path) -> None:
    linked = [number for number in range(10, 31) if number not in (13, 17, 22)]
    there = {path(number): article(number) for number in (*linked, 13)}
    with served(tmp_path, SmallSite(there, links=[path(number) for number in linked])) as server:

        def call(*words: str) -> Any:
            done = luutru(tmp_path, *words, *ALL)
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)

        def asked() -> set[str]:
            return {one.path for one in server.log} - {"/robots.txt"}

        call("crawl", "small")
        assert call("crawl", "small", "--missing", "--dry-run") == []
        server.log.clear()
        plan = call("crawl", "small", "--missing", "--gaps", "--dry-run")
        base = server.urls["small"]
        assert {one["url"].removeprefix(base) for one in plan} == set(map(path, (13, 17, 22)))
        assert {(one["kind"], one["how"], one["why"]) for one in plan} == {
            ("other", "gap", "in a gap")
        }
        assert asked() == set(), "a dry run asks for nothing"
        (before,) = call_status(tmp_path)
        assert (before["articles"], before["unknown"], before["probed"]) == (18, 3, 0)
        assert (before["least"], before["most"]) == (0, 3)

        (row,) = call("crawl", "small", "--missing", "--gaps")
        assert asked() == set(map(path, (13, 17, 22))) and row["new"] == 1
        (after,) = call_status(tmp_path)
        assert (after["articles"], after["unknown"]) == (18, 0), "probes apart"
        assert (after["probed"], after["found"]) == (3, 1)

        server.log.clear()
        assert call("crawl", "small", "--missing", "--gaps", "--dry-run") == []
        call("crawl", "small", "--missing", "--gaps")
        assert asked() == set(), "what stood at no number is not asked for again"


def call_status(folder: Path) -> Any:
    done = luutru(folder, "status", "small", "--by", "numbers", "--archive", "a.db",
                  "--format", "json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
