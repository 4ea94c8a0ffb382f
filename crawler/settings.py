"""Scrapy's settings, each with its reason. A profile sets the pace over these, never under."""

from __future__ import annotations

from typing import Any

BOT_NAME = "luutru"
SPIDER_MODULES = ["crawler.spiders.site"]  # beside it stands what starts it

# Requests come only from the archive's table `page`, which survives a kill; Scrapy's own queues
# lose URLs (JOBDIR ended at 429 of 1,500 pages).
SCHEDULER = "crawler.frontier.Frontier"

# robots.txt is obeyed by the frontier itself: no page is handed out before its rules are read.
# Scrapy's middleware lets requests through while robots.txt is on its way.
ROBOTSTXT_OBEY = False

# One request at a time to a host; profiles on loopback may have more. The time between two of
# them is kept by the frontier: what waits in Scrapy's slots cannot be stopped by Ctrl-C, and an
# idle slot is dropped after a minute together with its delay.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS = 32  # bounds what waits for its commit, and so what a kill costs

# A capture must be what this server sent: certificates count, and failures are recorded as such.
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_FAIL_ON_DATALOSS = True
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024  # decoded bytes; a profile may say less or more
DOWNLOAD_WARNSIZE = 0  # what is too large is a capture that says so, not a line in a log
TWISTED_DNS_RESOLVER = "crawler.guards.GuardedResolver"  # no name leads to a private address

# Every redirect hop, retry and status is a capture and a state of its page.
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
RETRY_ENABLED = False
HTTPERROR_ALLOW_ALL = True
COOKIES_ENABLED = False  # a session would make two looks at one page differ
HTTPPROXY_ENABLED = False  # an archive's address of the server is the server's
REFERER_ENABLED = False
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",  # Scrapy asks for English
}

# The middlewares that are off cost a millisecond in five; each is replaced above or not wanted.
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "crawler.guards.AddressGuard": 10,
}
SPIDER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
ITEM_PIPELINES = {"crawler.pipelines.Keep": 100, "crawler.pipelines.Read": 200}
CONCURRENT_ITEMS = 1  # a response gives one item; Scrapy starts that many tasks for each response

# Nothing listens and nothing phones home.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# What is disabled only there is imported all the same: a fifth of a second at each crawl's start.
EXTENSIONS: dict[str, Any] = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.memdebug.MemoryDebugger": None,
    "scrapy.extensions.closespider.CloseSpider": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
}
LOG_LEVEL = "WARNING"
LOG_FORMATTER = "crawler.pipelines.CrawlLog"
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
