"""Vietnamese text: what is settled before it is stored, and what is folded for the index alone.

Pure, and without imports from the rest. Offsets survive: `tone_settled` and `fold` give one
character for one, so a place in their result is the same place in the text that went in, as long
as that text is in NFC (as `settle` leaves it).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

RULES_VERSION = 3
"""Of `tone_settled`, `fold` and `spans` together, and of what a row of the index holds. Raise it
with any change: indexes are then built anew, because a contentless index can only delete what the
same rules put in."""

# Invisible characters that pages pick up from word processors. They divide nothing that a reader
# sees, so they go without a trace; joiners (U+200C, U+200D) change how glyphs look and stay.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")
_SETTLE = {**_INVISIBLE, **_CONTROLS}
_UNSETTLED = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2060\ufeff]")


def settle(text: str) -> str:
    """NFC, with white space of every kind (no-break, ideographic, line ends) as one plain space.

    Leading and trailing space goes; soft hyphens and zero-width characters go; control characters
    count as space. Nothing else is touched.
    """
    if _UNSETTLED.search(text):
        text = text.translate(_SETTLE)
    return " ".join(composed(text).split())


MOST_MARKS = 30  # behind one letter: UAX #15, section 13, "Stream-Safe Text Format"
_STEP = 64
_CROWD = re.compile(r"[^\w\s\0-\u02ff]{3}")
_RUN = re.compile(r"[^\w\s\0-\u02ff]{32,}")


def composed(text: str) -> str:
    """*text* in NFC. Of hundreds of marks behind one letter only the first `MOST_MARKS` stay:
    bringing them in order takes time by the square of them."""
    if len(text) > 3 * _STEP and _CROWD.search(text[::_STEP]):
        text = _RUN.sub(_thinned, text)
    return unicodedata.normalize("NFC", text)


def _thinned(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for char in run[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


# -- the place of the tone mark -------------------------------------------------------------------

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below


def _toned(vowel: str, tone: str) -> str:
    return unicodedata.normalize("NFC", vowel + tone)


def _moves() -> dict[str, str]:
    """Each rime that begins with a marked medial, and the same with the mark on the main vowel.

    `o` is a medial before a, ă, e; `u` before y, yê, ê, ơ, â, and before every vowel after q
    (see `_MISPLACED`). No syllable that is spelled right has the mark on such a medial, but for
    the older habit in open syllables (hòa, khỏe, ủy), which is just what is moved.
    """
    table: dict[str, str] = {}
    rimes = [("o", "", main) for main in "aăe"]
    rimes += [("u", "", main) for main in "yêơâ"] + [("u", "y", "ê")]
    rimes += [("u", "", main) for main in "aăeio"]  # reached after q only
    for medial, glide, main in rimes:
        for upper in range(1 << (2 + len(glide))):
            letters = [
                char.upper() if upper >> place & 1 else char
                for place, char in enumerate(medial + glide + main)
            ]
            rest = "".join(letters[1:-1])
            for tone in _TONES:
                old = _toned(letters[0], tone) + rest + letters[-1]
                table[old] = letters[0] + rest + _toned(letters[-1], tone)
    return table


_MOVES = _moves()
_MARKED_O = "òóõỏọÒÓÕỎỌ"
_MARKED_U = "ùúũủụÙÚŨỦỤ"
# It begins with one class of characters, which `re` scans for three times as fast as for branches.
# The look-ahead leaves vowels alone that carry a further combining mark: what follows must not
# compose with the moved tone in another order.
_MISPLACED = re.compile(
    rf"[{_MARKED_O}{_MARKED_U}]"
    rf"(?:(?<=[{_MARKED_O}])[aăeAĂE]|(?<=[{_MARKED_U}])(?:[yY][êÊ]|[yêơâYÊƠÂ])"
    rf"|(?<=[qQ][{_MARKED_U}])[aăeioAĂEIO])(?![\u0300-\u036f])"
)


def tone_settled(text: str) -> str:
    """*text* (NFC) with tone marks in one place: ủy → uỷ, hòa → hoà, Hùynh → Huỳnh, qúy → quý.

    Case, length and every other letter are kept; quý and quí, ủy and uy stay different words.
    """
    return _MISPLACED.sub(lambda match: _MOVES[match[0]], text)


# -- folding --------------------------------------------------------------------------------------


def _fold_table() -> dict[int, str]:
    """Every Latin letter with marks → its base in lower case; đ → d; what lowers to two → one."""
    table = {ord("đ"): "d", ord("Đ"): "d", ord("ð"): "d", ord("Ð"): "d", ord("İ"): "i"}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            table[code] = base.lower()
    return table


_FOLD = _fold_table()
_MARKED = re.compile("[" + "".join(map(chr, sorted(_FOLD))) + "]")
_VIETNAMESE = [
    (char, _FOLD[ord(char)])
    for char in "đàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
]


def lower(text: str) -> str:
    """*text* in lower case, one character for one: İ, which lowers to two, becomes i."""
    low = text.lower()
    return low if len(low) == len(text) else text.replace("İ", "i").lower()


def fold(text: str) -> str:
    """*text* (NFC) in lower case without marks: Đảng ủy → dang uy. One character for one."""
    text = lower(text)
    # A `replace` for each letter takes a third of the time of `translate` over all of the text.
    for char, base in _VIETNAMESE:
        text = text.replace(char, base)
    return text.translate(_FOLD) if _MARKED.search(text) else text


def exact(text: str) -> str:
    """*text* (NFC) as the exact index holds it: lower case, tone marks in one place."""
    return tone_settled(lower(text))


def has_marks(word: str) -> bool:
    """Whether *word*, in any normal form, has a letter with a mark, or đ."""
    return _MARKED.search(unicodedata.normalize("NFC", word)) is not None


# -- words ----------------------------------------------------------------------------------------

# Letters and digits as FTS5's unicode61 divides them: a combining mark never begins a word.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each word: Vietnamese writes a space between syllables, so each syllable."""
    return (match.span() for match in _WORD.finditer(text))


def syllables(text: str) -> list[str]:
    """The words of *text* in order, divided as the index divides them."""
    return _WORD.findall(text)
