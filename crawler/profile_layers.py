"""A site's table over its family's, as parsed from TOML and not yet checked."""

from __future__ import annotations

from typing import Any

Table = dict[str, Any]


def merge(family: Table, site: Table) -> Table:
    """*site* over *family*: tables key by key, everything else replaced."""
    merged = dict(family)
    for key, value in site.items():
        known = merged.get(key)
        both = isinstance(known, dict) and isinstance(value, dict)
        merged[key] = merge(known, value) if both and isinstance(known, dict) else value
    return merged


def over(family: Table, site: Table) -> Table:
    """:func:`merge`, and the site's dated layouts before its family's.

    What a site says of a field holds for all of its days, so the family's layouts lose that field.
    """
    merged = merge(family, site)
    own = site.get("fields", {})
    inherited = [
        {**row, "fields": {k: v for k, v in row.get("fields", {}).items() if k not in own}}
        for row in family.get("layouts", ())
    ]
    if inherited:
        merged["layouts"] = [*site.get("layouts", ()), *inherited]
    return merged
