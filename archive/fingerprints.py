"""What two texts are compared by to tell near copies: digests of their long sentences. Pure.

Copies are retitled, shortened, framed by other words and spelled in other tone marks; their
sentences stay. Two texts are near copies if at least 80 % of the shorter one's long sentences stand
in the other, and these say enough not to be a formula. Of short texts that do not share all, the
figures must fit too: notices that come each month share four sentences of five, but not the day.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from archive import vietnamese
from archive.content import words
from archive.sentences import sentences

RULES_VERSION = (1 << 16) + vietnamese.RULES_VERSION
"""Of this file and of folding together: another one, and `luutru reindex` is asked for."""

LONG_FROM = 8  # syllables: shorter sentences ("Ảnh: TTXVN", "Hội nghị kết thúc") are everybody's
ENOUGH = 40
"""Syllables that the counted sentences of a text must have for it to be a copy of another."""
FEW = 10
"""Sentences of the shorter text up to which figures are looked at; more say enough alone."""
_SHARE = (4, 5)

Figures = Mapping[int, frozenset[str]]
# "(TTXVN) - ", "ĐCSVN – ", "baobinhphuoc.com.vn: " before a paragraph: each site writes its own.
_DATELINE = re.compile(
    r"^(?:\([^()\n]{2,40}\)|[A-ZĐ]{2,8}|[\w-]+(?:\.[\w-]+){1,4}) ?(?:[-–—]+|:)\s+", re.M
)
_ROW = struct.Struct(">QB")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text's long sentences: digest (63 bits) -> syllables (at most 255), by digest."""

    sentences: dict[int, int]

    def to_bytes(self) -> bytes:
        return b"".join(_ROW.pack(*one) for one in self.sentences.items())

    @classmethod
    def from_bytes(cls, data: bytes) -> Fingerprint:
        """ValueError if *data* is not what :meth:`to_bytes` makes."""
        try:
            return cls(dict(_ROW.iter_unpack(data)))
        except struct.error as error:
            raise ValueError(f"no fingerprint: {len(data)} bytes") from error


@dataclass(frozen=True, slots=True)
class Weight:
    """Of a text's sentences those that count (see `archive.copies`), and their syllables."""

    counted: int
    syllables: int


def fingerprint_of(lead: str | None, body: str) -> Fingerprint:
    """The fingerprint of a version, whose *body* is the JSON in its row: of lead and body together,
    since each site draws that line anew."""
    return fingerprint(filter(None, (lead, *(text for _, text in json.loads(body)))))


def fingerprint(texts: Iterable[str]) -> Fingerprint:
    """The fingerprint of these paragraphs; each sentence counts once."""
    found = {digest(one): min(len(one), 255) for one in _long_sentences(texts)}
    return Fingerprint(dict(sorted(found.items())))


@lru_cache(maxsize=256)  # a notice of each month is compared with all that came before it
def figures_of(lead: str | None, body: str) -> Figures:
    """The figures of a version, as :func:`fingerprint_of` takes it."""
    return figures(filter(None, (lead, *(text for _, text in json.loads(body)))))


def figures(texts: Iterable[str]) -> Figures:
    """Digest -> the numbers in that long sentence. Equal fingerprints have equal figures."""
    return {
        digest(one): frozenset(word for word in one if word.isdecimal())
        for one in _long_sentences(texts)
    }


def figures_fit(one: Figures, other: Figures) -> bool:
    """Whether the numbers in sentences that only *one* has stand somewhere in *other*."""
    there = frozenset().union(*other.values())
    return all(numbers <= there for key, numbers in one.items() if key not in other)


def _long_sentences(texts: Iterable[str]) -> Iterator[list[str]]:
    """The folded words of each sentence that is long enough."""
    text = _DATELINE.sub("", "\n".join(texts))
    low = vietnamese.fold(text)  # one character for one, so the borders are those of the text
    folded = (words(low[start:end]) for start, end in sentences(text))
    return (one for one in folded if len(one) >= LONG_FROM)


def digest(folded: list[str]) -> int:
    """63 bits: among 10 million sentences two differing ones meet once in 200,000 archives."""
    data = " ".join(folded).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest()) >> 1


def share(one: Weight, other: Weight, shared: int) -> tuple[int, int] | None:
    """What they share, of how many sentences of the shorter, if that makes them near copies."""
    shorter = min(one, other, key=lambda text: (text.counted, text.syllables))
    if not shared or shorter.syllables < ENOUGH:
        return None
    enough = shared * _SHARE[1] >= shorter.counted * _SHARE[0]
    return (shared, shorter.counted) if enough else None
