"""A query as it is asked: kept apart from how it is drawn, so that a process that only searches
loads nothing else, and its memory is that of a search."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from archive.filters import Filters

How = Literal["all", "any", "but", "prefix"]


@dataclass(frozen=True)
class Peer:
    """A query as others can be asked it: phrases (as typed) and how they go together; `but`: the
    first without the others. ``title``: in the title alone. ``marks``: they count."""

    phrases: tuple[str, ...]
    how: How = "all"
    title: bool = False
    marks: bool = True


@dataclass(frozen=True)
class Asked:
    """``text`` empty: browse. ``peer`` None: only Luutru can be asked that."""

    text: str
    filters: Filters = field(default_factory=Filters)
    peer: Peer | None = None
    kind: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, told: dict[str, Any]) -> Asked:
        filters = told["filters"] | {"sites": tuple(told["filters"]["sites"])}
        peer = told["peer"] and Peer(**told["peer"] | {"phrases": tuple(told["peer"]["phrases"])})
        return cls(told["text"], Filters(**filters), peer, told["kind"])
