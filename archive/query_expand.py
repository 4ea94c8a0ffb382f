"""What else may stand in the place of a query's words: abbreviations of the field and what they
stand for, and spellings with i and y. The tree stays a tree of words and phrases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, product

from archive.errors import QueryError
from archive.query_tree import Atom, Form, Group, Mode, Node, Run
from archive.syllables import is_syllable
from archive.vietnamese import exact, fold, syllables

MOST_FORMS = 32
"""Forms of one phrase: each word that may be spelled in two ways doubles them."""

# An open syllable with one vowel after a consonant: kỹ, lí, mỹ, sĩ, tỷ, hy; and quý. Others with y
# are other words (tay, tai), and after these consonants the vowel means the same.
_SWAP = {"y": "i", "ý": "í", "ỳ": "ì", "ỷ": "ỉ", "ỹ": "ĩ", "ỵ": "ị"}
_SWAP |= {other: one for one, other in list(_SWAP.items())}
_BEFORE = frozenset(("h", "k", "l", "m", "s", "t", "v", "qu"))


@dataclass(frozen=True)
class Lexicon:
    """``synonyms``: folded words of either side -> the other sides, each as printed and itself as
    printed: `("btv",) -> (("BTV", "Ban Thường vụ"),)`. ``spellings``: kỹ is kĩ."""

    synonyms: Mapping[tuple[str, ...], Sequence[tuple[str, str]]] = field(default_factory=dict)
    spellings: bool = False

    @cached_property
    def longest(self) -> int:
        """Words of the longest side of a synonym."""
        return max(map(len, self.synonyms), default=0)


PLAIN = Lexicon()


def expand(node: Node, lexicon: Lexicon, text: str) -> Node:
    """*node* with all that may stand in its words' places; QueryError where that is too much."""
    if isinstance(node, Atom):
        return _spelled(_abbreviated(node, lexicon), lexicon, text)
    if not isinstance(node, Group):
        return node
    parts = [expand(part, lexicon, text) for part in node.parts]
    if node.kind == "and":
        parts = list(_gathered(node.parts, parts, lexicon))
    return replace(node, parts=tuple(parts))


def runs_of(node: Node, lexicon: Lexicon) -> tuple[Run, ...]:
    """Plain words side by side in a tree as it was parsed; under OR each alternative has its own.

    A run's forms are bounded: what comes after `MOST_FORMS` of them is not ranked as side by side.
    """
    return tuple(
        Run(run, tuple(islice(_run_forms(run, lexicon), MOST_FORMS))) for run in _runs(node)
    )


# -- synonyms -------------------------------------------------------------------------------------


def _sides(words: Sequence[Atom], lexicon: Lexicon) -> list[Form]:
    """What the synonyms put in the place of these words together."""
    mode = words[0].mode
    key = tuple(fold(word) for atom in words for word in atom.typed)
    typed = tuple(word for atom in words for word in atom.typed)
    found = lexicon.synonyms.get(key, ())
    # TƯ without its mark is tư, từ, tự and tử: a lone syllable must be typed as it is printed
    as_printed = mode == "exact" or (len(key) == 1 and is_syllable(key[0]))
    return [
        _form(other, mode)
        for one, other in found
        if not as_printed or tuple(syllables(exact(one))) == typed
    ]


def _form(text: str, mode: Mode) -> Form:
    typed = tuple(syllables(exact(text)))
    return Form(typed if mode == "exact" else tuple(map(fold, typed)), typed)


def _abbreviated(atom: Atom, lexicon: Lexicon) -> Atom:
    if atom.closed or atom.prefix:
        return atom
    return replace(atom, others=tuple(_sides([atom], lexicon)))


def _gathered(before: Sequence[Node], parts: Sequence[Node], lexicon: Lexicon) -> Iterator[Node]:
    """The parts of an `and`, with plain words that have an abbreviation as what either finds."""
    at = 0
    while at < len(parts):
        words, found = _longest(before[at:], lexicon)
        if words == 0:
            yield parts[at]
            at += 1
            continue
        first = before[at]
        assert isinstance(first, Atom)  # as `_longest` saw
        short = replace(
            first, words=found[0].words, typed=found[0].typed, bare=False, others=tuple(found[1:])
        )
        yield Group("or", (Group("and", tuple(parts[at : at + words])), short))
        at += words


def _longest(nodes: Sequence[Node], lexicon: Lexicon) -> tuple[int, list[Form]]:
    """How many of the first nodes, plain words, have a synonym together, and the synonyms."""
    atoms: list[Atom] = []
    best: tuple[int, list[Form]] = 0, []
    for node in nodes[: lexicon.longest]:
        if not (isinstance(node, Atom) and node.bare):
            break
        atoms.append(node)
        if len(atoms) > 1 and (found := _sides(atoms, lexicon)):
            best = len(atoms), found
    return best


# -- runs -----------------------------------------------------------------------------------------


def _runs(node: Node) -> Iterator[tuple[Atom, ...]]:
    if not isinstance(node, Group) or node.kind == "not":
        if isinstance(node, Atom) and node.bare:
            yield (node,)
        return
    run: list[Atom] = []
    for part in node.parts:
        if node.kind == "and" and isinstance(part, Atom) and part.bare:
            run.append(part)
            continue
        if run:
            yield tuple(run)
            run = []
        yield from _runs(part)
    if run:
        yield tuple(run)


def _run_forms(run: Sequence[Atom], lexicon: Lexicon) -> Iterator[Form]:
    """All that the words of a run may be together, as typed first."""
    places: list[list[Form]] = []
    at = 0
    while at < len(run):
        words, found = _longest(run[at:], lexicon)
        step = max(1, words)
        own = Form(
            tuple(word for atom in run[at : at + step] for word in atom.words),
            tuple(word for atom in run[at : at + step] for word in atom.typed),
        )
        others = found if words else _sides(run[at : at + 1], lexicon)
        places.append([
            one for form in (own, *others) for one in _spellings(form, run[at].mode, lexicon)
        ])  # fmt: skip
        at += step
    for chosen in product(*places):
        yield Form(
            tuple(word for form in chosen for word in form.words),
            tuple(word for form in chosen for word in form.typed),
        )


# -- i and y --------------------------------------------------------------------------------------


def _spelled(atom: Atom, lexicon: Lexicon, text: str) -> Atom:
    if not lexicon.spellings or atom.prefix:
        return atom
    found = [one for form in atom.forms for one in _spellings(form, atom.mode, lexicon)]
    if len(found) > MOST_FORMS:
        raise QueryError(
            "This phrase has too many words that may be spelled with i or y.",
            "Take some out, or search without that option.",
            query=text,
            position=atom.position,
        )
    return replace(atom, others=tuple(found[1:]))


def _spellings(form: Form, mode: Mode, lexicon: Lexicon) -> list[Form]:
    """*form* first, then each way to spell it with i and y in the places of each other."""
    if not lexicon.spellings:
        return [form]
    ways = [[word, *_swapped(word)] for word in form.typed]
    found: list[Form] = []
    for typed in product(*ways):
        words = typed if mode == "exact" else tuple(map(fold, typed))
        if words not in [one.words for one in found]:
            found.append(Form(words, typed))
        if len(found) > MOST_FORMS:
            break
    return found


def _swapped(word: str) -> list[str]:
    vowel = _SWAP.get(word[-1:])
    return [word[:-1] + vowel] if vowel is not None and word[:-1] in _BEFORE else []
