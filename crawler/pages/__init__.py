"""Bytes, URL, profile -> article: pure functions that know no archive, clock or network.

`Document.parse` reads the bytes once; `extract` gives the article, `kind_of_page` says what the
page is. `EXTRACTOR` is part of the reader identity: it grows whenever a reading may change.
"""

EXTRACTOR = 7
