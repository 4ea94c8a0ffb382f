"""SiteProfile: a site is declared, not coded. One TOML file a site over one a CMS family.

>>> load("tinhuy-binhphuoc").family
'nukeviet'
"""

from __future__ import annotations

from archive.errors import ProfileError
from crawler.profile_loader import all_slugs, generic, load, load_file, own_dirs
from crawler.profile_values import (
    FIELD_NAMES,
    Fields,
    Layout,
    Pace,
    SiteProfile,
    Start,
    UrlRules,
)

__all__ = [
    "FIELD_NAMES",
    "Fields",
    "Layout",
    "Pace",
    "ProfileError",
    "SiteProfile",
    "Start",
    "UrlRules",
    "all_slugs",
    "generic",
    "load",
    "load_file",
    "own_dirs",
]
