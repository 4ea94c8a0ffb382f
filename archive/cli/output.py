"""Rows to standard output: a table for people; json, jsonl and csv for programs.

CSV holds the values as they are stored: a cell that begins with `=` is not disarmed, since that
would change the text. Lists are joined with `; `, values with parts of their own become JSON.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO, TypeVar

import click

Row = Mapping[str, Any]
F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("table", "json", "jsonl", "csv")
_WIDEST_WORD = 30  # an address may be folded anywhere


def output_format(default: str = "table") -> Callable[[F], F]:
    """The option `--format`, which arrives as ``fmt``."""
    return click.option(
        "--format",
        "fmt",
        type=click.Choice(FORMATS),
        default=default,
        show_default=True,
        help="How rows are printed.",
    )


def print_rows(rows: Iterable[Row], fmt: str, out: TextIO | None = None) -> None:
    """Print *rows*, which all have the keys of the first, in their order.

    json, jsonl and csv are written row by row; a table needs all of them for its widths.
    """
    out = out or sys.stdout
    if fmt == "jsonl":
        for row in rows:
            out.write(to_json(row) + "\n")
    elif fmt == "json":
        _write_json(rows, out)
    elif fmt == "csv":
        write_csv(rows, out)
    else:
        _write_table(list(rows), out)


def to_json(value: Any, indent: int | None = None) -> str:
    """JSON in one line, or indented; accents stay letters."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def write_csv(rows: Iterable[Row], out: TextIO, columns: Sequence[str] = ()) -> None:
    """RFC 4180 with a header, but lines end as in every other format; *columns* if none come."""
    writer = csv.writer(out, lineterminator="\n")
    if columns:
        writer.writerow(columns)
    for row in rows:
        if not columns:
            columns = list(row)
            writer.writerow(columns)
        writer.writerow([flat(row[column]) for column in columns])


def flat(value: Any) -> str:
    """A value in one cell: lists of plain values joined, the rest of the nested ones as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and not any(
        isinstance(one, dict | list | tuple) for one in value
    ):
        return "; ".join(map(str, value))
    if isinstance(value, dict | list | tuple):
        return to_json(value)
    return str(value)


def colours(out: TextIO | None = None) -> bool:
    """Whether *out* is a terminal that wants colour: https://no-color.org."""
    out = out or sys.stdout
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """The columns of the terminal; 80 where there is none."""
    return shutil.get_terminal_size().columns


def folded(line: str, first: str = "", rest: str | None = None) -> str:
    """*line* behind *first*, folded at its spaces to the terminal's width; whole in a pipe.

    The lines that follow stand behind *rest*, else *first*. Colour has no width.
    """
    if not sys.stdout.isatty():
        return first + line
    width = max(40, terminal_width())
    rows, row, used = [], first, len(first)
    for number, word in enumerate(line.split(" ")):
        size = len(click.unstyle(word))
        if number and used + 1 + size > width:
            rows.append(row)
            row = first if rest is None else rest
            used = len(row) + size
            row += word
        else:
            row += f" {word}" if number else word
            used += size + bool(number)
    return "\n".join([*rows, row])


def _write_json(rows: Iterable[Row], out: TextIO) -> None:
    out.write("[")
    divider = "\n"
    for row in rows:
        out.write(divider + to_json(row))
        divider = ",\n"
    out.write("\n]\n")


def _write_table(rows: Sequence[Row], out: TextIO) -> None:
    if not rows:
        return
    columns = list(rows[0])
    cells = [[flat(row[column]) for column in columns] for row in rows]
    if not out.isatty():
        lines = _aligned([columns, *cells])
    else:
        for gap in (2, 1):
            if widths := _widths([columns, *cells], terminal_width(), gap):
                _write_rich(columns, cells, widths, gap, out)
                return
        lines = _stacked(columns, cells)
    for line in lines:
        out.write(line + "\n")


def _widths(lines: Sequence[Sequence[str]], room: int, gap: int) -> list[int]:
    """Widths at which the columns fit *room*, none narrower than its longest word; [] if none do.

    A key or name is one word: folded, it could not be copied.
    """
    widths, wanted = [], []
    for column in zip(*lines, strict=True):
        words = (word for cell in column for word in re.split("[ _]", cell))
        widths.append(max(min(_WIDEST_WORD, len(word)) for word in words))
        wanted.append(max(map(len, column)))
    spare = room - sum(widths) - gap * (len(widths) - 1)
    if spare < 0:
        return []
    for _ in range(min(spare, sum(wanted) - sum(widths))):
        neediest = max(range(len(widths)), key=lambda n: wanted[n] - widths[n])
        widths[neediest] += 1
    return widths


def _stacked(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """A row below the other, a line a value: for terminals that a table would not fit."""
    width = max(map(len, columns)) + 1
    for row in cells:
        for column, cell in zip(columns, row, strict=True):
            yield f"{column.replace('_', ' ') + ':':<{width}} {cell}"
        yield ""


def _write_rich(
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    widths: Sequence[int],
    gap: int,
    out: TextIO,
) -> None:
    # Imported here: most calls print into a pipe or print no table, and it takes 30 ms.
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, gap - 1, 0, 0))
    for number, column in enumerate(columns):
        numeric = all(_is_number(row[number]) for row in cells)
        table.add_column(
            column.replace("_", " "),
            justify="right" if numeric else "left",
            overflow="fold",
            width=widths[number],
        )
    for row in cells:
        table.add_row(*map(Text, row))
    Console(file=out, no_color=not colours(out), highlight=False).print(table)


def _aligned(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns two spaces apart, nothing cut: a pipe has no width."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = [all(_is_number(cell) for cell in column[1:]) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()


def _is_number(text: str) -> bool:
    return not text or text.replace(",", "").replace(".", "", 1).lstrip("-").isdecimal()
