"""README as a test sees it: its blocks, run in order in a folder with a demo's archive."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*?) -->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_VARIES = re.compile(
    r"(?P<key>\b[0-9a-f]{16}\b)|(?P<other>sha256:[0-9a-f]{64}|127\.0\.0\.1:\d+"
    r"|\d{4}-\d\d-\d\d[ T]\d\d:\d\d\S*Z)|(?P<number>\d+)|(?P<space>\s+)"
)

_TIME = r"\d{4}-\d\d-\d\d[ T][\d:.]+Z"

# `luutru demo` as typed, but on one day of the calendar: what the sites print depends on it.
_DEMO = """
from datetime import UTC, datetime
import crawler.crawling
import crawler.commands.demo as demo
from archive.clock import FixedClock, SystemClock

day = datetime(2026, 11, 20, 8, tzinfo=UTC)
ahead = (day - SystemClock().now()).total_seconds()
crawl_sites = crawler.crawling.crawl_sites

def on_that_day(*arguments, clock_shift=0.0):
    return crawl_sites(*arguments, clock_shift=clock_shift + ahead)

crawler.crawling.crawl_sites = on_that_day
demo.SystemClock = lambda: FixedClock(day)
demo.command.main(["--keep", "demo"], standalone_mode=False)
"""


@dataclass(frozen=True)
class Block:
    """A fenced block; *mark* is the comment above it: `not run: …`, `numbers vary`, `file: …`."""

    language: str
    mark: str
    text: str
    line: int

    @property
    def calls(self) -> Iterator[tuple[str, list[str]]]:
        """Each command behind `$ ` and the lines of its output that are shown."""
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]
        if self.text.startswith("$ make"):  # its output shows commands too
            parts = [self.text.removeprefix("$ ")]
        for part in parts:
            command, *shown = part.splitlines()
            yield command, [line for line in shown if line.strip(" …")]


def blocks(language: str) -> list[Block]:
    return [
        Block(language, found["mark"] or "", found["text"], README[: found.start()].count("\n") + 1)
        for found in _BLOCK.finditer(README)
        if found["language"] == language
    ]


@dataclass
class Reader:
    """Someone who follows README from top to bottom; keys are theirs, not those that are shown."""

    folder: Path
    demo_output: str = ""
    keys: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "LUUTRU_ARCHIVE": "demo/luutru.db",
        }

    def prepare(self) -> None:
        program = self.folder / "bin" / "luutru"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crawler "$@"\n')
        program.chmod(0o755)
        self.demo_output = self._run([sys.executable, "-c", _DEMO])
        for language in ("text", "toml", "html", "json"):
            for block in blocks(language):
                if block.mark.startswith("file: "):
                    path = self.folder / block.mark.removeprefix("file: ")
                    path.parent.mkdir(exist_ok=True)
                    path.write_text(block.text, encoding="utf-8")

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment(), text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        if done.returncode != 0:
            return f"{done.stdout}\n[status {done.returncode}]"
        return done.stdout

    def follow(self, block: Block) -> list[str]:
        """What of the block is not so; each with the command and the line."""
        wrong = []
        for command, shown in block.calls:
            if command == "make demo":
                output = self.demo_output
            else:
                output = self._run(["bash", "-o", "pipefail", "-c", self._mine(command)])
            if "[status " in output or "Traceback" in output:
                wrong.append(f"$ {command}\n{output}")
            for line in shown:
                found = re.search(self._pattern(line, block.mark == "numbers vary"), output)
                if found is None:
                    wrong.append(f"$ {command}\n{line}\nis not in\n{output}")
                else:
                    self.keys |= {k.removeprefix("k"): v for k, v in found.groupdict().items()}
        return wrong

    def python(self, block: Block) -> str:
        return self._run([sys.executable, "-W", "error", "-c", block.text])

    def _mine(self, command: str) -> str:
        return re.sub(r"\b[0-9a-f]{16}\b", lambda key: self.keys.get(key[0], key[0]), command)

    def _pattern(self, line: str, numbers_vary: bool) -> str:
        """*line* as a pattern: keys, ports and times are those of this machine."""
        line = line.rstrip()
        whole = not line.endswith("…")
        line = line.removesuffix("…").rstrip()
        made, last, named = "", 0, set()
        for part in _VARIES.finditer(line):
            made += re.escape(line[last : part.start()])
            last = part.end()
            if part["key"] and part["key"] in self.keys:
                made += self.keys[part["key"]]
            elif part["key"] and part["key"] not in named:
                named.add(part["key"])
                made += f"(?P<k{part['key']}>[0-9a-f]{{16}})"
            elif part["other"]:
                made += _TIME if part["other"].endswith("Z") else r"[\w.:]+"
            elif part["number"]:
                made += r"\d+" if numbers_vary else part["number"]
            else:
                made += r"\s+"
        return made + re.escape(line[last:]) + (r"(?=\s|$)" if whole else "")


def follow_all(folder: Path) -> list[dict[str, Any]]:
    """Every block that can be run, in order: its line in README, and what of it is not so."""
    reader = Reader(folder)
    reader.prepare()
    told: list[dict[str, Any]] = [
        {"line": block.line, "wrong": reader.follow(block)}
        for block in blocks("console")
        if not block.mark.startswith("not run: ")
    ]
    told += [{"line": block.line, "output": reader.python(block)} for block in blocks("python")]
    return told
