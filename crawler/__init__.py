"""From the live web to articles.

    frontier.py    what is due, one page at a time and host          (the archive's table `page`)
    turns.py       whose turn it is: hosts, their pace, the claims  (in memory)
    spiders/       the one spider: a due page becomes an exchange
    pipelines.py   the exchange is kept; then it is read and the article stored
    reading.py     one exchange -> article, items and URLs to know   (pure: no archive, no network)
      pages/       the fields of an article, one file a field
      discovery/   the URLs: sitemap, feed, listing, pagination, links
    keeping.py     an exchange -> capture and page; storing.py: a reading -> article and URLs
    outcomes.py    what a capture means for its page                 (pure)
    revisit.py     when to look again                                (pure)
    profile.py     what a site declares, over its family

Only frontier, guards, pipelines, settings, runner and the spider know Scrapy (and bench/bare.py,
the peer that is measured).
"""
