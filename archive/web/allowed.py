"""What of a captured page's markup is let through to be shown; nh3 does the work."""

from __future__ import annotations

import re

import nh3

_TAGS = (
    "a abbr acronym address area article aside b bdi bdo big blockquote br button caption center "
    "cite code col colgroup dd del details dfn dir div dl dt em fieldset figcaption figure font "
    "footer h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd label legend li main map mark "
    "marquee menu nav nobr ol optgroup option p picture pre q rp rt ruby s samp section select "
    "small span strike strong sub summary sup table tbody td textarea tfoot th thead time tr tt u "
    "ul var wbr"
)
_EVERYWHERE = (
    "class id style title lang dir align valign width height bgcolor background border color face "
    "size hspace vspace nowrap role hidden aria-label aria-hidden"
)
_OWN = {
    "a": "href name target",
    "area": "href target shape coords alt",
    "map": "name",
    "img": "src alt usemap",
    "td": "colspan rowspan",
    "th": "colspan rowspan scope",
    "table": "cellpadding cellspacing rules frame",
    "col": "span",
    "colgroup": "span",
    "ol": "start type reversed",
    "ul": "type",
    "li": "value type",
    "input": "type value placeholder disabled checked",
    "button": "disabled",
    "select": "disabled multiple",
    "option": "selected disabled",
    "textarea": "disabled rows cols placeholder",
    "time": "datetime",
    "details": "open",
}
_ATTRIBUTES = {
    **{tag: set(own.split()) for tag, own in _OWN.items()},
    "*": set(_EVERYWHERE.split()),
}
# Gone with all that is in them.
_DROPPED = "script style title template math svg canvas noembed noframes"

_LINK = re.compile(r"/capture/[0-9]+\Z|#")
_IMAGE = re.compile(r"/photo/[0-9]+\Z")
_DATA_IMAGE = re.compile(r"data:image/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/=\s]*\Z")
_DOCTYPE = re.compile(r"""\s*(?:<\?xml[^>]*>\s*)?(<!doctype\s+html(?:\s[\w\s"'/:.+-]*)?>)""", re.I)


def cleaned(markup: str) -> str:
    """The markup of a body with listed elements, attributes and addresses of ours alone."""
    return nh3.clean(
        markup, tags=set(_TAGS.split()), attributes=_ATTRIBUTES, attribute_filter=_checked,
        clean_content_tags=set(_DROPPED.split()), link_rel=None, url_schemes={"data"},
    )  # fmt: skip


def is_data_image(address: str) -> bool:
    """Whether the address is itself an image, of a kind that cannot hold scripts."""
    return bool(_DATA_IMAGE.match(address))


def doctype(markup: str) -> str:
    """The page's doctype, empty if it has none: it decides how browsers lay the page out."""
    found = _DOCTYPE.match(markup)
    return found[1] if found else ""


def _checked(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _LINK.match(value) else None
    if name == "src":
        return value if _IMAGE.match(value) or is_data_image(value) else None
    if name == "background":
        return value if _IMAGE.match(value) else None
    if name == "target":
        return value if value == "_top" else None
    return value
