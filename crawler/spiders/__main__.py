"""One crawl as a process of its own: `python -m crawler.spiders JOB`, with a JSON job.

`luutru crawl` starts it. The processes that read its pages would import a main module of any other
name once more, and with it Scrapy: a third of a second for each of them.
"""

from __future__ import annotations

import sys

from crawler.runner import main

sys.exit(main())
