"""How the pages of a site are compressed against each other; pure, in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

import zstandard as zstd

# Of what leans on anchors: against level 3 it takes 9 % less room, 0.05 ms more on a page of 19 kB
# and as much memory; level 6 would take 5 % less again, and twice the memory.
LEVEL = 5
ALONE_LEVEL = 6  # what stands alone is small or does not shrink anyway
ANCHOR_LEVEL = 12  # three a group
ANCHORS = 3
SMALL = 512  # bytes; below it a page gains nothing that is worth a step back
LARGEST_ANCHOR = 1 << 19  # three of these are 1.5 MB of dictionary for each reader
TRIAL_EVERY = 8  # pages
TRIALS = 4  # in a row that must agree
RENEW_BELOW = 0.5  # of the size with today's anchors

_GROUPS = (
    ("html", ("html",)),
    ("xml", ("xml", "rss", "atom")),
    ("text", ("text/", "javascript", "json")),
)


def group_of(media: str | None, data: bytes, layout: str = "") -> str | None:
    """What is compressed against what; None for what is compact already.

    `html`, `xml`, `text`, and `html listing` for listings (*layout*), which a crawl meets first:
    articles that lean on listings take three times the room (measured on a news site).
    *media* is a Content-Type; without one the first bytes decide.
    """
    name = _media_group(media, data)
    return "html listing" if name == "html" and layout == "listing" else name


def _media_group(media: str | None, data: bytes) -> str | None:
    if not media:
        start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start.startswith(b"<"):
            return None
        return "xml" if start.startswith(b"<?xml") else "html"
    media = media.split(";", 1)[0].strip().lower()
    if media.startswith(("image/", "audio/", "video/", "font/")) and "svg" not in media:
        return None
    if "officedocument" in media:  # a ZIP file, though its media type ends in what looks like XML
        return None
    return next((name for name, signs in _GROUPS if any(sign in media for sign in signs)), None)


def load_dictionary(parts: Sequence[bytes]) -> zstd.ZstdCompressionDict:
    """The anchors as one dictionary, the last one nearest to the data: its matches cost least."""
    return zstd.ZstdCompressionDict(b"".join(parts), dict_type=zstd.DICT_TYPE_RAWCONTENT)


def leaning(parts: Sequence[bytes]) -> zstd.ZstdCompressor:
    """The compressor of what leans on these anchors; without any, of what stands alone."""
    return _leaning(parts) if parts else _ALONE


_ALONE = zstd.ZstdCompressor(level=ALONE_LEVEL)
_ANCHOR = zstd.ZstdCompressor(level=ANCHOR_LEVEL)


def alone(data: bytes, *, anchor: bool = False) -> bytes:
    """One zstd frame that leans on nothing."""
    return (_ANCHOR if anchor else _ALONE).compress(data)


class Group:
    """The anchors of one site and media group, and the compressor that is made of them.

    When the site's template has changed, pages lean on their neighbours better than on the old
    anchors: each eighth page is tried against the last three, and if four trials in a row together
    take less than half, a new generation of anchors begins with the next page.
    """

    def __init__(self, generation: int, anchors: Mapping[int, bytes]) -> None:
        self.generation = generation
        self._anchors = dict(anchors)
        self._compressor: zstd.ZstdCompressor | None = None
        self._recent: deque[bytes] = deque(maxlen=ANCHORS)
        self._trials: deque[tuple[int, int]] = deque(maxlen=TRIALS)
        self._count = 0

    def takes_anchor(self, data: bytes) -> bool:
        """Whether this page is to become an anchor of the current generation."""
        return len(self._anchors) < ANCHORS and len(data) <= LARGEST_ANCHOR

    def add_anchor(self, payload_id: int, data: bytes) -> None:
        """Make it one; the compressor is made anew when the next page comes."""
        self._anchors[payload_id] = data
        self._compressor = None

    def compress(self, data: bytes) -> tuple[bytes, str]:
        """A zstd frame, and the ids of the anchors that it leans on (none: it stands alone)."""
        if not self._anchors:
            return alone(data), ""
        if self._compressor is None:
            self._compressor = _leaning(list(self._anchors.values()))
        stored = self._compressor.compress(data)
        self._count += 1
        if self._count % TRIAL_EVERY == 0:
            self._try(data, len(stored))
        self._recent.append(data)
        # Only what does not shrink much is worth a second look.
        if 2 * len(stored) > len(data):
            whole = alone(data)
            if len(whole) <= len(stored):
                return whole, ""
        anchors = ",".join(map(str, self._anchors))
        if self._outdated():
            self._renew()
        return stored, anchors

    def _try(self, data: bytes, size: int) -> None:
        fits = all(len(one) <= LARGEST_ANCHOR for one in self._recent)
        if len(self._recent) == ANCHORS and fits:
            self._trials.append((len(_leaning(list(self._recent)).compress(data)), size))

    def _outdated(self) -> bool:
        if len(self._trials) < TRIALS:
            return False
        neighbours, anchors = (sum(column) for column in zip(*self._trials, strict=True))
        return bool(neighbours < RENEW_BELOW * anchors)

    def _renew(self) -> None:
        self.generation += 1
        self._anchors.clear()
        self._trials.clear()
        self._compressor = None


def _leaning(parts: Sequence[bytes]) -> zstd.ZstdCompressor:
    dictionary = load_dictionary(parts)
    dictionary.precompute_compress(level=LEVEL)
    return zstd.ZstdCompressor(level=LEVEL, dict_data=dictionary)
