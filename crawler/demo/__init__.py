"""Three sample sites on loopback: the same truth in the markup of three CMS families.

    wording.toml, leading.txt -> catalogue.py    what the committees published (the truth)
    nukeviet.py, liferay.py, sharepoint.py       the truth in a family's markup
    feeds.py, traps.py, photos.py, documents.py  what stands around it
    site.py                                      one request -> one response, without a network
    server.py                                    the same over HTTP/1.1, one port a site

Everything is deterministic: the same day and the same visit give the same bytes.
"""
