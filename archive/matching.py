"""Where a query's words stand in stored text: the same words as the index finds, with offsets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from archive.index_text import COLUMNS, Text
from archive.query_tree import Atom, Form, Mode, Query, Run
from archive.vietnamese import exact, fold

Span = tuple[int, int]
DOCUMENT = "document "  # and a number: the column of one attachment's words

_START = r"(?<![^\W_])"
_END = r"(?![^\W_]|[\u0300-\u036f])"
_BETWEEN = r"[\W_]+"
_REST = r"[^\W_\s]*"


class Forms:
    """A stored text (NFC) and its exact and folded forms, made when asked for; offsets agree."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def exact(self) -> str:
        return exact(self.text)

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    def of(self, mode: Mode) -> str:
        """The form that words of *mode* are looked for in."""
        return self.exact if mode == "exact" else self.folded


def forms_of(text: Text) -> dict[str, Forms]:
    """The columns of a version's text that are not empty, in the order of the index.

    Its documents, which the index has in `other`, follow each by itself: `document 0`, …
    """
    columns = dict(zip(COLUMNS, text.columns(), strict=True)) | {"other": text.other}
    columns |= {f"{DOCUMENT}{n}": one.text for n, one in enumerate(text.documents)}
    return {name: Forms(value) for name, value in columns.items() if value}


@dataclass(frozen=True, slots=True)
class Unit:
    """Words that belong together: a phrase, one word, or a run of plain words side by side.

    *whole* finds all of them side by side, *words* each alone (of a run only), *typed* the whole
    in exact form as the user wrote it.
    """

    mode: Mode
    field: str | None
    weight: int  # number of words
    whole: re.Pattern[str]
    words: tuple[re.Pattern[str], ...]
    typed: re.Pattern[str] | None

    def applies(self, column: str) -> bool:
        """Whether the unit may match in *column*."""
        return self.field is None or self.field == column

    def spans(self, forms: Forms) -> list[Span]:
        """Where the whole stands; or, if it does not, where each word of a run does."""
        text = forms.of(self.mode)
        whole = [match.span() for match in self.whole.finditer(text)]
        if whole or not self.words:
            return whole
        return sorted(match.span() for word in self.words for match in word.finditer(text))


def units(query: Query) -> tuple[Unit, ...]:
    """The units of what *query* wants: runs of two and more words first, then the rest."""
    in_runs = query.in_runs()
    found = [_run(run) for run in query.runs if len(run.atoms) > 1]
    found += [_single(atom) for atom in query.atoms() if atom.position not in in_runs]
    return tuple(found)


def spans(forms: Forms, column: str, wanted: Iterable[Unit]) -> tuple[Span, ...]:
    """What to mark in one column's text: in order, apart, joined where only space divides them."""
    found = sorted(span for unit in wanted if unit.applies(column) for span in unit.spans(forms))
    return tuple(joined(found, forms.text))


def joined(found: Sequence[Span], text: str) -> list[Span]:
    """Sorted *found* without overlaps, neighbours with only white space between made one."""
    result: list[Span] = []
    for start, end in found:
        if result and (start <= result[-1][1] or not text[result[-1][1] : start].strip(" ")):
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _single(atom: Atom) -> Unit:
    return Unit(
        atom.mode,
        atom.field,
        len(atom.words),
        _any_of([form.words for form in atom.forms], atom.prefix),
        (),
        _any_of([atom.typed], atom.prefix) if atom.mode == "folded" else None,
    )


def _run(run: Run) -> Unit:
    mode = run.atoms[0].mode
    words = [atom.words for atom in run.atoms]
    typed: Form = run.forms[0]
    return Unit(
        mode,
        None,
        len(words),
        _any_of([form.words for form in run.forms]),
        tuple(_any_of([one]) for one in dict.fromkeys(words)),
        _any_of([typed.typed]) if mode == "folded" else None,
    )


def _any_of(forms: Iterable[Sequence[str]], prefix: bool = False) -> re.Pattern[str]:
    """The words of one of *forms* side by side; the longest that fits."""
    texts = [_BETWEEN.join(map(re.escape, words)) for words in forms]
    one = "|".join(sorted(texts, key=len, reverse=True))
    return re.compile(f"{_START}(?:{one})" + (_REST if prefix else _END))
