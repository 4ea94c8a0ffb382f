"""The tables of `luutru status SITE --coverage`: what is known of a site, and what is had of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.completeness import By, Coverage
    from archive.db import Archive

BY = ("month", "section", "how", "reason", "listing", "numbers")


def rows(archive: Archive, site_id: int, by: str, table: bool) -> list[dict[str, Any]]:
    """The rows of one of :data:`BY`; for a *table* lists and shares are words."""
    make: Callable[[Archive, int], list[dict[str, Any]]] = {
        "reason": _reasons,
        "listing": _listings,
        "numbers": _numbers,
    }.get(by) or (lambda archive, site_id: _groups(archive, site_id, by, table))  # type: ignore[arg-type]
    return make(archive, site_id)


def short(archive: Archive, site_id: int) -> dict[str, str]:
    """The meter in a few lines: title -> words."""
    from archive import lacking, listings
    from archive.completeness import Coverage

    standing = lacking.counts(archive, site_id, articles=True)
    captured, missing, unavailable = (
        standing[name] for name in ("captured", "missing", "unavailable")
    )
    known = captured + missing + unavailable
    whole = Coverage("all", known, captured, missing, unavailable)
    walks = listings.walks(archive, site_id)
    ends = [one for one in walks if one.state != "whole"]
    told = f"{percent(whole)} of {whole.known} articles captured"
    if whole.missing:
        told += f", {whole.missing} missing"
    if whole.unavailable:
        told += f", {whole.unavailable} not to be had"
    return {
        "coverage": told if whole.known else "no article is known",
        "listings": f"{len(walks) - len(ends)} of {len(walks)} walked to their end"
        if walks
        else "none",
    }


def percent(one: Coverage) -> str:
    """Never 100 % while one is lacking, nor 0 % while one is there."""
    if one.share is None:
        return "-"
    share = round(100 * one.share)
    if one.captured < one.known:
        share = min(share, 99)
    return f"{max(share, 1) if one.captured else share} %"


def _groups(archive: Archive, site_id: int, by: By, table: bool) -> list[dict[str, Any]]:
    from archive import completeness

    made = []
    for one in completeness.coverage(completeness.articles(archive, site_id), by):
        row: dict[str, Any] = {
            by: one.group, "known": one.known, "captured": one.captured, "missing": one.missing,
            "unavailable": one.unavailable,
            "share": percent(one) if table else round(one.share or 0.0, 4),
        }  # fmt: skip
        if by == "month":
            row["estimated"] = one.estimated
        if by != "how":
            found = dict(one.missing_by.most_common())
            row["missing by"] = _words(found) if table else found
        made.append(row)
    return made


def _words(counts: dict[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in counts.items())


def _reasons(archive: Archive, site_id: int) -> list[dict[str, Any]]:
    from archive import lacking

    return [
        {"standing": standing, "why": why, "articles": count}
        for standing, found in lacking.reasons(archive, site_id, articles=True).items()
        for why, count in found.items()
    ]


def _listings(archive: Archive, site_id: int) -> list[dict[str, Any]]:
    from archive import listings

    return [asdict(one) for one in listings.walks(archive, site_id)]


def _numbers(archive: Archive, site_id: int) -> list[dict[str, Any]]:
    from archive import completeness

    return [asdict(one) for one in completeness.gaps(archive, site_id)]
