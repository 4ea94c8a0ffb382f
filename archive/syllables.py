"""What a Vietnamese syllable can be: an onset, a rhyme and a tone, by the rules of the spelling.

Made from rules, not from a list of words: what does not fit them is no Vietnamese word, which is
what tells text in a wrong encoding from text that is only odd. Sources: the orthography of 1984
(Quyết định 240/QĐ), Đoàn Thiện Thuật, *Ngữ âm tiếng Việt* (1977), the table of rhymes.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from archive.vietnamese import tone_settled

TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
LONGEST = 7  # letters of "nghiêng", the longest syllable
_OF_STOPS = "\u0301\u0323"  # the only tones of syllables that end in a stop
_STOPS = ("c", "ch", "p", "t")
_MARKED = "ăâêôơư"

# Rhymes without a glide: nucleus -> its codas ("" is none).
_PLAIN = {
    "a": " c ch i m n ng nh o p t u y",
    "ă": "c m n ng p t",
    "â": "c m n ng p t u y",
    "e": " c m n ng o p t",
    "ê": " ch m n nh p t u",
    "i": " ch m n nh p t u",
    "ia": " ",
    "iê": "c m n ng p t u",
    "o": " c i m n ng p t",
    "oo": "c ng",
    "ô": " c i m n ng p t",
    "ơ": " i m n p t",
    "u": " c i m n ng p t",
    "ua": " ",
    "uô": "c i m n ng t",
    "ư": " c i m n ng t u",
    "ưa": " ",
    "ươ": "c i m n ng p t u",
}
# After a glide, which is written `o` before a, ă, e and `u` elsewhere and after q.
_GLIDED = {
    "oa": " c ch i m n ng nh o p t y",
    "oă": "c m n ng t",
    "oe": " m n o t",
    "uâ": "n ng t y",
    "uê": " ch n nh t",
    "uơ": " n",
    "uy": " ch n nh p t u",
    "uya": " ",
    "uyê": "n t",
}
_AFTER_QU = {
    "a": " c ch i n ng nh o t u y",
    "ă": "c m n ng p t",
    "â": "n ng t y",
    "e": " n o t",
    "ê": " ch n nh t u",
    "i": " t",
    "y": " ch n nh t",
    "yê": "n t",
    "ô": "c n",
    "ơ": " n t",
}
_WITH_Y = {"y": " ", "yê": "m n ng t u"}  # what y stands for i in
_FRONT = "eêi"
_ANY_ONSET = ("b", "ch", "d", "đ", "h", "l", "m", "n", "nh", "p", "ph", "r", "s", "t", "th", "tr",
              "v", "x")  # fmt: skip
_Y_ALONE = ("", "h", "k", "l", "m", "s", "t", "v")  # hy, kỹ, lý, mỹ, sỹ, tỷ, vỹ


def _rhymes(table: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (nucleus, coda.strip())
        for nucleus, codas in table.items()
        for coda in ([""] if codas.startswith(" ") else []) + codas.split()
    ]


def _place(nucleus: str, coda: str) -> int:
    """Which letter of the nucleus bears the tone, in the newer habit (hoà, uỷ)."""
    for at in range(len(nucleus) - 1, -1, -1):
        if nucleus[at] in _MARKED:
            return at
    if len(nucleus) == 1 or nucleus in {"ia", "ua"}:
        return 0
    return 1  # of oa, oe, oo, uy, uya the second


def _onsets(nucleus: str) -> list[str]:
    front = nucleus[0] in _FRONT
    found = ["", *_ANY_ONSET, *(("k", "gh", "ngh") if front else ("c", "g", "ng", "kh", "gi"))]
    if front:
        found.append("kh")
    if nucleus[0] == "ê":
        found.append("gi")  # giết, giếng
    if nucleus == "e":
        found.append("gi")  # gieo
    return found


def _bases() -> dict[str, tuple[int, bool]]:
    """Each toneless syllable -> the place of its tone, and whether it ends in a stop."""
    found: dict[str, tuple[int, bool]] = {}

    def add(onset: str, nucleus: str, coda: str) -> None:
        place = len(onset) + _place(nucleus, coda)
        found.setdefault(onset + nucleus + coda, (place, coda in _STOPS))

    for nucleus, coda in _rhymes(_AFTER_QU):
        add("qu", nucleus, coda)
    for coda in ("", "n"):
        add("g", "i", coda)  # gì, gìn: the onset is gi
    for nucleus, coda in _rhymes(_PLAIN):
        if nucleus == "iê" or nucleus == "ia":
            onsets = [onset for onset in _onsets("i") if onset != ""] + ([""] * (nucleus == "ia"))
        else:
            onsets = _onsets(nucleus)
        for onset in onsets:
            if onset != "gi" or nucleus[0] != "i":
                add(onset, nucleus, coda)
    for nucleus, coda in _rhymes(_GLIDED):
        for onset in ("", "ch", "d", "đ", "g", "gi", "h", "kh", "l", "n", "ng", "nh", "r", "s",
                      "t", "th", "tr", "v", "x", "b", "ph", "p", "m"):  # fmt: skip
            add(onset, nucleus, coda)
    add("gi", "ê", "ng")  # giêng, giếng: the onset is gi, the rhyme iêng
    for onset in _Y_ALONE:
        add(onset, "y", "")
    for nucleus, coda in _rhymes(_WITH_Y):
        add("", nucleus, coda)
    return found


@lru_cache(1)
def bases() -> dict[str, tuple[int, bool]]:
    """Every syllable without its tone (lower case, NFC) -> the index of the letter that bears
    the tone, and whether it ends in a stop, which only sắc and nặng go with."""
    return _bases()


@lru_cache(16_384)
def is_syllable(word: str) -> bool:
    """Whether *word* (any case, NFC) is spelled as a Vietnamese syllable; ủy and uỷ both are."""
    if not 0 < len(word) <= LONGEST:
        return False
    return word.lower() == word.casefold() and _valid(tone_settled(word.lower()))


def _valid(word: str) -> bool:
    letters: list[str] = []
    tone, place = "", -1
    for char in word:
        base = char
        if not char.isascii():
            parts = unicodedata.normalize("NFD", char)
            found = [part for part in parts if part in TONES]
            if found:
                if tone or len(found) > 1:
                    return False
                tone, place = found[0], len(letters)
                base = unicodedata.normalize("NFC", parts.replace(tone, ""))
        letters.append(base)
    known = bases().get("".join(letters))
    if known is None or len(letters) != len(word):
        return False
    if not tone:
        return not known[1]
    return place == known[0] and (not known[1] or tone in _OF_STOPS)
