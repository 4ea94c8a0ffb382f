"""A site looked at, before or beside its crawls: what it is, and whether it is still read right.

    addresses -> Visit -> Survey -> the text of a profile        `luutru sites add`
    a page    -> Visit -> case: page, meta, expected             `luutru sites record`
    cases     -> Visit -> what changed, field by field           `luutru sites check`

A visit is a small crawl into an archive that is thrown away, so robots.txt, pace, locks, redirects
and refused addresses are those of every other crawl.
"""
