"""What came of one file: counts, and what was wrong with it, in words for who imports it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.interchange.reading import Wrong

MOST_TOLD = 5  # places of one kind of trouble

LEFT_OUT = ("truncated", "damaged", "too large", "missing")
MISSING = (
    "revisit records whose original is neither in the files nor in the archive: {n:,}. Import the "
    "file that holds it, then this one again."
)
ODD = (
    "records that were kept though their WARC-Payload-Digest is another: {n:,}. They are whole, so "
    "the tool that wrote them counted otherwise."
)
UNREADABLE = "pages that could not be read apart, and whose captures are kept: {n:,}."
TRUNCATED = "the file ends too early; what was whole is kept. Fetch or copy it again."
DAMAGED = "what was whole is kept. Fetch or copy it again, then import it again."


@dataclass
class FileResult:
    """How the import of one file went; *fault*: why it could not be read, or read to its end."""

    path: Path
    tally: Counter[str] = field(default_factory=Counter)
    fault: str | None = None
    interrupted: bool = False
    _places: dict[str, list[Wrong]] = field(default_factory=dict)

    def wrong(self, one: Wrong) -> None:
        self.tally[one.trouble] += 1
        places = self._places.setdefault(one.trouble, [])
        if len(places) < MOST_TOLD:
            places.append(one)

    @property
    def outcome(self) -> str:
        """`whole`, or the worst that was met."""
        if self.fault is not None:
            return "not read" if not self.tally["looks"] else "damaged"
        if self.interrupted:
            return "interrupted"
        found = [trouble for trouble in LEFT_OUT if self.tally[trouble]]
        return "incomplete" if found in (["missing"], ["too large"]) else (found or ["whole"])[0]

    @property
    def fine(self) -> bool:
        return self.outcome == "whole" and not self.tally["unreadable"]

    def row(self) -> dict[str, Any]:
        told = self.tally
        return {
            "file": self.path.name,
            "outcome": self.outcome,
            "captures": told["captures"],
            "known": told["known"],
            "new": told["new"],
            "changed": told["changed"],
            "skipped": sum(n for key, n in told.items() if key.startswith("skipped ")),
            "left out": sum(told[trouble] for trouble in LEFT_OUT),
        }

    def problems(self) -> list[str]:
        """Lines for standard error, each with the next step."""
        lines = [self.fault] if self.fault is not None else []
        for trouble, places in self._places.items():
            lines += [f"at byte {one.offset:,}: {one.why}." for one in places]
            if (more := self.tally[trouble] - len(places)) > 0:
                lines.append(f"and {more:,} more of that kind ({trouble}).")
        if self.tally["truncated"]:
            lines.append(TRUNCATED)
        elif self.tally["damaged"]:
            lines.append(DAMAGED)
        told = {"missing": MISSING, "odd": ODD, "unreadable": UNREADABLE}
        lines += [told[key].format(n=self.tally[key]) for key in told if self.tally[key]]
        if self.interrupted:
            lines.append("interrupted; import it again to go on where it stopped.")
        return [f"{self.path.name}: {line}" for line in lines]
