"""The query language, read into a tree: words, "phrases", AND OR NOT, -, ( ), *, fields, NEAR.

    query   = or ;  or = and, {"OR", and} ;  and = not, {["AND"], not}
    not     = ("NOT" | "-"), not | [field ":"], ("(", or, ")" | near)
    near    = atom, {"NEAR" ["/" n], atom}
    atom    = ["=" | "~"], ('"', words, '"' | word, ["*"])

Operators count in capitals only. Punctuation inside a word makes a phrase of it (`26/6/2023`);
alone it is nothing, so a title can be pasted as it stands. `from:`, `to:` and `date:` hold for the
query as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, NoReturn

from archive.dates import days
from archive.errors import InputError, QueryError
from archive.query_expand import PLAIN, Lexicon, expand, runs_of
from archive.query_lexer import DAYS, PROVINCE_FIELD, SITE_FIELD, VALUES, Token, tokens
from archive.query_tree import (
    ALL,
    Atom,
    Days,
    Group,
    Mode,
    Near,
    Node,
    Province,
    Query,
    Site,
    is_positive,
)
from archive.vietnamese import exact, fold, has_marks, settle, syllables

MAX_WORDS = 200
MAX_DEPTH = 20

Parsed = Node | Days


def parse(text: str, lexicon: Lexicon = PLAIN) -> Query:
    """Read *text*; QueryError with the offset in the settled text (its `query`) on anything wrong.

    A query without marks is folded. If any word carries a mark or đ, all are exact; `~` folds one
    word or phrase, `=` closes one. *lexicon*: what else may stand in the place of a word.
    """
    text = settle(text)
    found = list(tokens(text))
    if not any(token.kind == "atom" for token in found):
        what = "The query holds no word." if text else "The query is empty."
        raise QueryError(what, "Type a word, such as `tuyen truyen`.", query=text)
    root, within = _apart(_Parser(text, found).whole(), text)
    if not is_positive(root):
        raise QueryError(
            "There is nothing to find: NOT only takes away from what other words find.",
            "Put a word before it, as in `hoi nghi NOT bao cao`.",
            query=text,
            position=0,
        )
    return Query(text, expand(root, lexicon, text), runs_of(root, lexicon), within)


class _Parser:
    """Recursive descent over the tokens; *field* is the column that a group was given."""

    def __init__(self, text: str, found: list[Token]) -> None:
        self.text = text
        self.found = found
        self.at = 0
        atoms = [token for token in found if token.kind == "atom" and token.field not in VALUES]
        self.mode: Mode = "exact" if any(has_marks(token.text) for token in atoms) else "folded"
        words = 0
        for token in atoms:
            words += len(syllables(token.text))
            if words > MAX_WORDS:
                self.fail("The query is too long.", f"Use at most {MAX_WORDS} words.", token)

    def whole(self) -> Parsed:
        node = self.any_of(None, 0)
        token = self.peek()
        if token is not None and token.kind == "NEAR":
            self.near_needs_words(token)
        if token is not None:
            self.fail("No parenthesis was opened for this one.", "Take it out.", token)
        return node

    def any_of(self, field: str | None, depth: int) -> Parsed:
        parts = [self.all_of(field, depth)]
        while self.take("OR"):
            parts.append(self.all_of(field, depth))
        return parts[0] if len(parts) == 1 else _group("or", parts)

    def all_of(self, field: str | None, depth: int) -> Parsed:
        parts = [self.one(field, depth)]
        while (token := self.peek()) is not None and token.kind not in ("OR", ")", "NEAR"):
            self.take("AND")
            parts.append(self.one(field, depth))
        return parts[0] if len(parts) == 1 else _group("and", parts)

    def one(self, field: str | None, depth: int) -> Parsed:
        if depth > MAX_DEPTH:
            self.fail("The query is nested too deeply.", "Take parentheses out.", self.peek())
        token = self.peek()
        if token is None or token.kind in ("AND", "OR", ")", "NEAR"):
            self.fail("A word or phrase is missing here.", "Put one, or take this out.", token)
        self.at += 1
        if token.kind == "NOT":
            return _group("not", [self.one(field, depth + 1)])
        if token.kind == "(":
            node = self.any_of(token.field or field, depth + 1)
            if (after := self.peek()) is not None and after.kind == "NEAR":
                self.near_needs_words(after)
            if not self.take(")"):
                self.fail("The parenthesis opened here is not closed.", "Add `)`.", token)
            return node
        return self.near(self.atom(token, token.field or field), token, field)

    def near(self, first: Parsed, token: Token, field: str | None) -> Parsed:
        """*first*, or a group of it and the words that NEAR ties to it."""
        parts, distance, after = [first], 0, self.peek()
        while after is not None and after.kind == "NEAR":
            self.at += 1
            other = self.peek()
            if other is None or other.kind != "atom":
                self.near_needs_words(after)
            self.at += 1
            distance = max(distance, after.distance)
            parts.append(self.atom(other, other.field or field))
            after = self.peek()
        if len(parts) == 1:
            return first
        atoms = [one for one in parts if isinstance(one, Atom) and not one.prefix]
        alike = {(one.mode, one.field) for one in atoms}
        if len(atoms) < len(parts) or len(alike) > 1:
            self.fail(
                "NEAR ties words or phrases of one field, all with marks or all without.",
                'As in `"hoi nghi" NEAR/5 "tong ket"`.',
                token,
            )
        return Near(tuple(replace(one, bare=False) for one in atoms), distance, token.position)

    def near_needs_words(self, token: Token) -> NoReturn:
        self.fail("NEAR stands between two words or phrases.", "As in `hoi NEAR/5 ket`.", token)

    def atom(self, token: Token, field: str | None) -> Parsed:
        if field == SITE_FIELD:
            return Site(token.text, token.position)
        if field == PROVINCE_FIELD:
            return Province(token.text, token.position)
        if field in DAYS:
            return self.days(token, field)
        mode: Mode = {"=": "exact", "~": "folded"}.get(token.sign, self.mode)  # type: ignore[assignment]  # the values are modes
        typed = tuple(syllables(exact(token.text)))
        words = typed if mode == "exact" else tuple(syllables(fold(token.text)))
        bare = not (token.quoted or token.sign or token.prefix or field) and len(words) == 1
        closed = token.quoted or token.sign == "="
        return Atom(words, typed, mode, token.prefix, field, bare, token.position, closed)

    def days(self, token: Token, field: str) -> Days:
        first, dots, last = token.text.partition("..")
        try:
            since = days(first)[0] if first else None
            until = days(last)[1] if last else days(first)[1] if not dots else None
        except InputError as error:
            self.fail(error.what, error.next_step, token)
        if since is not None and until is not None and since > until:
            self.fail(f"{first} is after {last}.", "Exchange them.", token)
        if since is None and until is None:
            self.fail("A range has a beginning or an end.", "As in `date:2020..2022`.", token)
        if dots and field != "date":
            self.fail(f"`{field}:` takes one date.", "A range is `date:2020..2022`.", token)
        return _days(since, until, field, token.position)

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


def _group(kind: Literal["and", "or", "not"], parts: Sequence[Parsed]) -> Group:
    """A group whose parts may hold days until all is read: `_apart` takes them out."""
    return Group(kind, tuple(parts))  # type: ignore[arg-type]  # as said


def _days(since: date | None, until: date | None, field: str, position: int) -> Days:
    if field == "from":
        return Days(since, None, position)
    return Days(None if field == "to" else since, until, position)


def _apart(root: Parsed, text: str) -> tuple[Node, tuple[Days, ...]]:
    """The tree without the days among its outermost parts, and these; QueryError for others."""
    if isinstance(root, Days):
        return ALL, (root,)
    if not isinstance(root, Group) or root.kind != "and":
        _no_days(root, text)
        return root, ()
    within: list[Days] = []
    parts: list[Node] = []
    for part in root.parts:
        if isinstance(part, Days):
            within.append(part)
        else:
            _no_days(part, text)
            parts.append(part)
    return (parts[0] if len(parts) == 1 else Group("and", tuple(parts))), tuple(within)


def _no_days(node: Parsed, text: str) -> None:
    """QueryError if there are days in it."""
    if isinstance(node, Days):
        raise QueryError(
            "A date holds for the whole query: it cannot stand in parentheses, or under OR or NOT.",
            "Put it beside them, as in `(bao OR lu) from:2024`.",
            query=text,
            position=node.position,
        )
    if isinstance(node, Group):
        for part in node.parts:
            _no_days(part, text)
