"""Records -> groups: an answer and the records beside it, wherever the tool put these. Pure.

wget writes the request before its answer, warcio, Heritrix and browsers' recorders behind it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archive.interchange.reading import Incoming, Skipped, Wrong
from archive.interchange.record import FAILURE, SITE

WINDOW = 4
"""Answers that wait for their request; a recorder writes both together, or nearly so."""


@dataclass(slots=True)
class Group:
    """The principal record (`response`, `revisit`, a failure of ours) and those beside it."""

    principal: Incoming
    beside: list[Incoming] = field(default_factory=list)

    @property
    def request(self) -> Incoming | None:
        return next((one for one in self.beside if one.record.type == "request"), None)

    def takes(self, one: Incoming) -> bool:
        """Whether *one* belongs here: by WARC-Concurrent-To, else the request by its address."""
        mine = self.principal
        if one.id in mine.concurrent or mine.id in one.concurrent:
            return True
        if one.record.type != "request" or self.request is not None:
            return False
        return one.uri == mine.uri and not (one.concurrent or mine.concurrent)


def groups(
    records: Iterable[Incoming | Skipped | Wrong],
) -> Iterator[Group | Incoming | Skipped | Wrong]:
    """Groups in the order of their principals; a `metadata` record of a site as it is."""
    waiting: deque[Group] = deque()
    before: deque[Incoming] = deque(maxlen=WINDOW)  # requests whose answer has not come yet
    for one in records:
        if not isinstance(one, Incoming) or one.media == SITE:
            yield one
        elif one.record.type in ("response", "revisit") or one.media == FAILURE:
            while waiting and (waiting[0].request is not None or len(waiting) >= WINDOW):
                yield waiting.popleft()
            group = Group(one)
            _take_from(before, group)
            waiting.append(group)
        else:
            home = next((group for group in waiting if group.takes(one)), None)
            if home is not None:
                home.beside.append(one)
            else:
                before.append(one)
    yield from waiting


def _take_from(before: deque[Incoming], group: Group) -> None:
    for one in reversed(before):  # the nearest first
        if group.takes(one):
            group.beside.append(one)
            before.remove(one)
            return
