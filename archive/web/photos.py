"""Photos out of captures, and which capture holds the photo of an address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from datasette.utils.asgi import Request, Response

from archive import captures, timeline, withdrawals
from archive.db import Archive
from archive.errors import UnknownReferenceError, WithdrawnError
from archive.types import Exchange
from archive.web import shell
from archive.web.media import attachment, file_name, media_of


async def view(request: Request, datasette: Any) -> Response:
    """`/photo/<capture id>`: the image that a capture brought."""
    capture_id = int(request.url_vars["id"])
    one = await shell.read(datasette, content, capture_id)
    media = media_of(one)
    if media.kind not in ("image", "svg"):
        raise UnknownReferenceError(
            f"Capture {capture_id} is no photo.", f"/capture/{capture_id} shows what it is."
        )
    headers = {"Cache-Control": "private, max-age=3600"}
    if media.kind == "svg":
        # In an `img` it is an image all the same; alone it would be a document.
        headers["Content-Disposition"] = attachment(file_name(one.url, "image.svg"))
    return Response(one.body, headers=headers, content_type=media.type)


def content(archive: Archive, capture_id: int) -> Exchange:
    """What a capture brought or left standing; UnknownReferenceError if that is nothing."""
    try:
        one = captures.exchange(archive, capture_id)
    except (KeyError, OverflowError) as error:
        raise UnknownReferenceError(
            f"There is no capture {capture_id}.", "An article's page names those that show it."
        ) from error
    found = withdrawals.of_capture(archive, capture_id) if one.withheld else None
    if found is not None:
        raise WithdrawnError(f"{found.told()}.", "Its digest and size are kept, its bytes are not.")
    if one.outcome == "failure" and not one.body:
        why = (one.failure or "it failed").rstrip(": .")
        raise UnknownReferenceError(
            f"Capture {capture_id} brought nothing: {why}.",
            f"/capture/{capture_id} tells when, and lists the others of that page.",
        )
    return one


def captured(archive: Archive, urls: Iterable[str], at: datetime, site_id: int) -> dict[str, int]:
    """URL -> the capture nearest to *at* that holds its photo; what has none is left out."""
    found = timeline.nearest(archive, urls, at, want="content", site_id=site_id)
    return {
        url: capture_id
        for url, capture_id in found.items()
        if media_of(captures.exchange(archive, capture_id)).kind in ("image", "svg")
    }
