"""WARC, WACZ and CDX: what is handed to other archives, and what comes from them.

    capture -> records (records.py, blocks.py) -> WARC (warc.py) -> WACZ with index and pages
    (wacz.py, cdx.py); which captures: selection.py

    file (unpacking.py, members.py, codings.py) -> records (reading.py, fields.py) -> groups
    (grouping.py) -> looks (looks.py, messages.py): of others' files and of our own

A file of ours is WARC/1.1 (ISO 28500:2017) that any tool reads and replays. Beside that it holds
all that a capture's identity is made of, so an import gives captures with the same identities:
:func:`records.exchange_of` is the inverse of :func:`records.records_of`.

The order of records in a file:

1. One `warcinfo`: software, archive id, what was selected, what is lost.
2. For each site a `metadata` record, Content-Type ``application/vnd.luutru.site+json``:
   ``site`` (slug), ``name``, ``province_then``, ``province_now``, ``state``, ``state_since``.
3. For each crawl a `metadata` record, ``application/vnd.luutru.crawl+json``: ``crawl`` (a number
   that holds up to the next warcinfo), ``site`` (slug or null), ``why``, ``started``, ``ended``,
   ``agent``, ``settings``, ``figures``, ``outcome`` and ``seal`` (null, or ``archive``,
   ``leaves``, ``root``, ``previous``, ``digest``, ``time``).
4. The captures by time, each a *group*: a principal record, then those that name it in
   WARC-Concurrent-To. The WARC-Record-ID of the principal is ``record.record_id(identity)``, so
   an import can prove that it lost nothing.

The principal record, by outcome:

- `answer`: a `response`; or, if this file holds the payload already in a GET's response, a
  `revisit` with the profile identical-payload-digest. WARC-Refers-To, -Target-URI and -Date name
  the record that holds it.
- `unchanged`: a `revisit` with the profile server-not-modified; WARC-Refers-To* name the record
  that holds the payload which still stands, ``earlier`` (below) the capture that the 304 is about.
  Its block is empty, or pywb would replay the 304 itself; status and headers stand below.
- `failure`: a `metadata` record, ``application/vnd.luutru.failure+json``, with WARC-Target-URI
  ``urn:luutru:failure:<URL>``: no tool takes that for a page. It has no request beside it.

In the place of a capture whose payload was withdrawn stands a `metadata` record alone,
``application/vnd.luutru.withdrawn+json``: ``capture`` (its identity), ``url``, ``payload`` (the
digest), and when (``time``) and why (``reason``) it was withdrawn. An import passes over it.

In each group of the first two stands a `request`. The HTTP headers describe the payload as it is
stored, decoded: where Content-Encoding or Transfer-Encoding stood, or Content-Length was another,
these three are renamed ``X-Archive-Orig-…`` in their places, and a Content-Length is added at the
end. Undone, they are the list as the archive keeps it: byte by byte, but in the order and case that
Scrapy leaves. Headers are Latin-1 (RFC 9110, 5.5). A request with a body gets a
Content-Length at the end if it has none.

What has no place in WARC is one JSON object, ASCII, in the field ``WARC-Luutru-Capture`` of the
principal; or, if that were longer than 8,000 characters (readers have limits), in a `metadata`
record of the group, ``application/vnd.luutru.capture+json``; of a failure it is the block itself:

- ``format``: 1.
- ``site``, ``kind``, ``how``, ``crawl``: the page's site (slug), kind and how it became known, and
  the number of the crawl; ``page``: its canonical URL, only where that is not
  ``archive.urls.canonical`` of the URL.
- ``wire_digest`` (``sha256:<hex>``), ``wire_size``; ``earlier``: the identity of the capture that
  an unchanged one names; ``source`` if not `crawl`; ``clock_shift`` if not 0.
- any other field of :class:`archive.types.Exchange` that the records cannot hold as it is
  (``headers`` with a line end in a value, an ``address`` that is no IP address, …), and of a
  failure all of them. ``request_body`` is base64 here. What is absent is as the records say, or
  else has its default.

Digests in WARC fields are ``sha256:<base32>``, as some readers know no other spelling;
:func:`blocks.hex_digest` and :func:`blocks.base32_digest` turn one into the other.
"""
