"""The query language, read into a tree: words, "phrases", AND OR NOT, -, ( ), *, fields, = and ~.

    query   = or ;  or = and, {"OR", and} ;  and = not, {["AND"], not}
    not     = ("NOT" | "-"), not | [field ":"], ("(", or, ")" | atom)
    atom    = ["=" | "~"], ('"', words, '"' | word, ["*"])

Operators count in capitals only. Punctuation inside a word makes a phrase of it (`26/6/2023`);
alone it is nothing, so a title can be pasted as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NoReturn

from archive.errors import QueryError
from archive.query_lexer import SITE_FIELD, Token, tokens
from archive.vietnamese import exact, fold, has_marks, settle, syllables

MAX_WORDS = 200
MAX_DEPTH = 20

Mode = Literal["exact", "folded"]


@dataclass(frozen=True, slots=True)
class Atom:
    """A word or phrase: *words* as the index holds them in *mode*, standing side by side."""

    words: tuple[str, ...]
    typed: tuple[str, ...]  # the same as they would be in exact mode
    mode: Mode
    prefix: bool = False  # the last word may go on
    field: str | None = None  # a column of the index; None: any
    bare: bool = False  # one plain word, neither quoted, marked nor in a field
    position: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """`site:NAME`, as typed."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Group:
    """All (`and`) or any (`or`) of the parts, or none of the one part (`not`)."""

    kind: Literal["and", "or", "not"]
    parts: tuple[Node, ...]


Node = Atom | Site | Group


@dataclass(frozen=True, slots=True)
class Query:
    """A query that can be answered. *runs*: plain words that stand side by side, in order."""

    text: str
    root: Node
    runs: tuple[tuple[Atom, ...], ...]

    def atoms(self) -> Iterator[Atom]:
        """The words and phrases that are wanted, in order: not those under NOT."""
        return _wanted(self.root)


def parse(text: str) -> Query:
    """Read *text*; QueryError with the offset in the settled text (its `query`) on anything wrong.

    A query without marks is folded. If any word carries a mark or đ, all are exact; `~` folds one
    word or phrase, `=` closes one.
    """
    text = settle(text)
    found = list(tokens(text))
    if not any(token.kind == "atom" for token in found):
        what = "The query holds no word." if text else "The query is empty."
        raise QueryError(what, "Type a word, such as `tuyen truyen`.", query=text)
    parser = _Parser(text, found)
    root = parser.whole()
    _must_be_positive(root, text)
    return Query(text, root, tuple(_runs(root)))


class _Parser:
    """Recursive descent over the tokens; *field* is the column that a group was given."""

    def __init__(self, text: str, found: list[Token]) -> None:
        self.text = text
        self.found = found
        self.at = 0
        atoms = [token for token in found if token.kind == "atom" and token.field != SITE_FIELD]
        self.mode: Mode = "exact" if any(has_marks(token.text) for token in atoms) else "folded"
        words = 0
        for token in atoms:
            words += len(syllables(token.text))
            if words > MAX_WORDS:
                self.fail("The query is too long.", f"Use at most {MAX_WORDS} words.", token)

    def whole(self) -> Node:
        node = self.any_of(None, 0)
        token = self.peek()
        if token is not None:
            self.fail("No parenthesis was opened for this one.", "Take it out.", token)
        return node

    def any_of(self, field: str | None, depth: int) -> Node:
        parts = [self.all_of(field, depth)]
        while self.take("OR"):
            parts.append(self.all_of(field, depth))
        return parts[0] if len(parts) == 1 else Group("or", tuple(parts))

    def all_of(self, field: str | None, depth: int) -> Node:
        parts = [self.one(field, depth)]
        while (token := self.peek()) is not None and token.kind not in ("OR", ")"):
            self.take("AND")
            parts.append(self.one(field, depth))
        return parts[0] if len(parts) == 1 else Group("and", tuple(parts))

    def one(self, field: str | None, depth: int) -> Node:
        if depth > MAX_DEPTH:
            self.fail("The query is nested too deeply.", "Take parentheses out.", self.peek())
        token = self.peek()
        if token is None or token.kind in ("AND", "OR", ")"):
            self.fail("A word or phrase is missing here.", "Put one, or take this out.", token)
        self.at += 1
        if token.kind == "NOT":
            return Group("not", (self.one(field, depth + 1),))
        if token.kind == "(":
            node = self.any_of(token.field or field, depth + 1)
            if not self.take(")"):
                self.fail("The parenthesis opened here is not closed.", "Add `)`.", token)
            return node
        return self.atom(token, token.field or field)

    def atom(self, token: Token, field: str | None) -> Node:
        if field == SITE_FIELD:
            return Site(token.text, token.position)
        mode: Mode = {"=": "exact", "~": "folded"}.get(token.sign, self.mode)  # type: ignore[assignment]  # the values are modes
        typed = tuple(syllables(exact(token.text)))
        words = typed if mode == "exact" else tuple(syllables(fold(token.text)))
        bare = not (token.quoted or token.sign or token.prefix or field) and len(words) == 1
        return Atom(words, typed, mode, token.prefix, field, bare, token.position)

    def peek(self) -> Token | None:
        return self.found[self.at] if self.at < len(self.found) else None

    def take(self, kind: str) -> bool:
        token = self.peek()
        if token is None or token.kind != kind:
            return False
        self.at += 1
        return True

    def fail(self, what: str, next_step: str, token: Token | None) -> NoReturn:
        position = len(self.text) if token is None else token.position
        raise QueryError(what, next_step, query=self.text, position=position)


def _wanted(node: Node) -> Iterator[Atom]:
    if isinstance(node, Atom):
        yield node
    elif isinstance(node, Group) and node.kind != "not":
        for part in node.parts:
            yield from _wanted(part)


def _runs(node: Node) -> Iterator[tuple[Atom, ...]]:
    """Plain words side by side; under OR each alternative has its own."""
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


def is_positive(node: Node) -> bool:
    """Whether *node* finds something, rather than all but something, which no index can list."""
    if not isinstance(node, Group):
        return True
    if node.kind == "not":
        return not is_positive(node.parts[0])
    if node.kind == "or":
        return all(is_positive(part) for part in node.parts)
    return any(is_positive(part) for part in node.parts)


def negated(node: Node) -> Node:
    """What a *node* that is not positive takes away; this is positive."""
    if not isinstance(node, Group) or is_positive(node):
        return Group("not", (node,))
    if node.kind == "not":
        return node.parts[0]
    kind: Literal["and", "or"] = "or" if node.kind == "and" else "and"
    return Group(kind, tuple(negated(part) for part in node.parts))


def _must_be_positive(node: Node, text: str) -> None:
    if not is_positive(node):
        raise QueryError(
            "There is nothing to find: NOT only takes away from what other words find.",
            "Put a word before it, as in `hoi nghi NOT bao cao`.",
            query=text,
            position=0,
        )
