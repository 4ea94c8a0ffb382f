-- The archive as it begins. Frozen: a later change is a migration of its own.
-- Kept tables hold what was seen and cannot be made again; derived ones can be dropped and rebuilt.
-- Times are UTC, ISO 8601 with Z. Digests are `sha256:<hex>`.

-- KEPT: this file's identity, one row; event cursors are `<id>:<number>`.
CREATE TABLE archive (
    id TEXT NOT NULL,                 -- random, 16 hex digits
    created TEXT NOT NULL,
    check_one INTEGER PRIMARY KEY CHECK (check_one = 1)
) STRICT;

-- KEPT: a committee's site.
CREATE TABLE site (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,        -- the name of its profile's file
    name TEXT NOT NULL,               -- the committee
    province_then TEXT,               -- before 1 July 2025
    province_now TEXT,
    state TEXT NOT NULL DEFAULT 'healthy'
        CHECK (state IN ('healthy', 'degraded', 'dying', 'redirected', 'parked', 'gone')),
    state_since TEXT NOT NULL,
    holder TEXT                       -- who crawls it now; only shown, the lock is the kernel's
) STRICT;

-- KEPT: every URL ever known and its state: frontier, registry and completeness meter in one.
CREATE TABLE page (
    id INTEGER PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES site(id),
    method TEXT NOT NULL DEFAULT 'GET',
    url TEXT NOT NULL,                -- canonical
    found_url TEXT NOT NULL,          -- as first found; this is what is asked for
    body BLOB NOT NULL DEFAULT x'',   -- of a POST
    body_digest TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL
        CHECK (kind IN ('article', 'listing', 'photo', 'document', 'asset', 'robots', 'other')),
    how TEXT NOT NULL,                -- seed, sitemap, feed, listing, related, …
    found_on INTEGER REFERENCES page(id),
    found_at TEXT NOT NULL,
    depth INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'disallowed', 'gone', 'moved', 'refused')),
    due TEXT,                         -- NULL: not to be asked for until something new is learned
    failures INTEGER NOT NULL DEFAULT 0,  -- in a row
    pinned INTEGER NOT NULL DEFAULT 0,    -- a start point, looked at in every crawl
    root_id INTEGER REFERENCES page(id),  -- the start of the listing that this page continues
    backfilled INTEGER NOT NULL DEFAULT 0,-- of a listing's start: one walk to its end is done
    last_answer_id INTEGER REFERENCES capture(id),
    last_capture_id INTEGER REFERENCES capture(id),
    lastmod TEXT,                     -- what a sitemap says of it
    UNIQUE (method, url, body_digest)
) STRICT;
-- the frontier: what is due on a site, soonest first
CREATE INDEX page_due ON page (site_id, due) WHERE due IS NOT NULL;
-- the same, class by class: listings before articles, without sorting all that is due
CREATE INDEX page_next ON page (site_id, kind, due) WHERE due IS NOT NULL;
-- coverage by site and kind
CREATE INDEX page_kind ON page (site_id, kind, state);

-- KEPT: a run of the crawler; an import counts as one.
CREATE TABLE crawl (
    id INTEGER PRIMARY KEY,
    site_id INTEGER REFERENCES site(id),  -- NULL: an import of several
    why TEXT NOT NULL,                -- asked, schedule, missing, last-chance, import, demo
    started TEXT NOT NULL,
    ended TEXT,                       -- NULL: running, or killed
    agent TEXT NOT NULL,              -- user and software that ran it
    settings TEXT NOT NULL,           -- JSON
    figures TEXT,                     -- JSON, at the end
    outcome TEXT                      -- finished, interrupted, limit, robots, failed, killed
) STRICT;
CREATE INDEX crawl_site ON crawl (site_id, started);

-- KEPT: distinct decoded bytes, once. Anchors stand alone; others lean on up to three anchors.
CREATE TABLE payload (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,            -- of the decoded bytes
    site_id INTEGER REFERENCES site(id),
    data BLOB NOT NULL,               -- one zstd frame
    anchors TEXT NOT NULL DEFAULT ''  -- ids of the payloads it leans on, comma-separated, in order
) STRICT;

-- KEPT: which payloads serve a site as anchors, by media group, newest generation last.
CREATE TABLE anchor (
    site_id INTEGER NOT NULL REFERENCES site(id),
    media TEXT NOT NULL,              -- html, html listing, xml, …: what leans on what
    generation INTEGER NOT NULL,      -- renewed as the site's template changes
    payload_id INTEGER NOT NULL REFERENCES payload(id),
    PRIMARY KEY (site_id, media, generation, payload_id)
) STRICT, WITHOUT ROWID;

-- KEPT: headers that stand in one capture after the other, each once.
CREATE TABLE header (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,               -- as sent or received
    value TEXT NOT NULL,
    UNIQUE (name, value)
) STRICT;

-- KEPT: one look at a page. Rows are never changed.
CREATE TABLE capture (
    id INTEGER PRIMARY KEY,
    page_id INTEGER NOT NULL REFERENCES page(id),
    crawl_id INTEGER NOT NULL REFERENCES crawl(id),
    time TEXT NOT NULL,
    method TEXT NOT NULL,
    url TEXT NOT NULL,                -- as asked
    request_headers TEXT NOT NULL,    -- JSON, list of pairs, or of rows in `header` for them
    request_body BLOB NOT NULL DEFAULT x'',
    outcome TEXT NOT NULL CHECK (outcome IN ('answer', 'unchanged', 'failure')),
    status INTEGER,
    headers TEXT NOT NULL DEFAULT '[]',   -- the same, as received, in their order
    payload_id INTEGER REFERENCES payload(id),
    wire_digest TEXT,                 -- of the bytes as transferred, before decoding
    wire_size INTEGER,
    truncated INTEGER NOT NULL DEFAULT 0,
    failure TEXT,                     -- dns, tls, timeout, …: and in words
    earlier_id INTEGER REFERENCES capture(id),  -- unchanged: the answer that still stands
    address TEXT,                     -- of the server
    source TEXT NOT NULL DEFAULT 'crawl',
    clock_shift REAL NOT NULL DEFAULT 0,  -- seconds that the clock was set ahead, on purpose
    identity TEXT NOT NULL UNIQUE     -- digest of all of the above but row numbers
) STRICT;
CREATE INDEX capture_page ON capture (page_id, time);
CREATE INDEX capture_crawl ON capture (crawl_id);
CREATE INDEX capture_payload ON capture (payload_id);

-- KEPT: a crawl's captures, sealed with a Merkle root (RFC 9162) over their identities.
CREATE TABLE seal (
    id INTEGER PRIMARY KEY,
    crawl_id INTEGER NOT NULL UNIQUE REFERENCES crawl(id),
    archive_id TEXT NOT NULL,
    leaves INTEGER NOT NULL,
    root TEXT NOT NULL,
    previous TEXT,                    -- digest of the seal before it in that archive
    digest TEXT NOT NULL UNIQUE,      -- of archive, crawl's start, leaves, root and previous
    time TEXT NOT NULL
) STRICT;

-- DERIVED: which captures were read, by which reader; `waiting` rows are read first after a kill.
CREATE TABLE reading (
    capture_id INTEGER PRIMARY KEY REFERENCES capture(id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'read', 'failed')),
    kind TEXT,                        -- article, listing, error, …
    reader TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    problem TEXT
) STRICT;
CREATE INDEX reading_waiting ON reading (state) WHERE state = 'waiting';

-- DERIVED: one text, wherever it stands; named by its smallest member key.
CREATE TABLE story (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    text_digest TEXT NOT NULL,        -- of the folded body and title
    first_seen TEXT NOT NULL,
    first_dated TEXT
) STRICT;
CREATE INDEX story_text ON story (text_digest);

-- DERIVED: one article, whatever its address.
CREATE TABLE article (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,         -- from the canonical URL of its earliest captured page
    site_id INTEGER NOT NULL REFERENCES site(id),
    page_id INTEGER NOT NULL REFERENCES page(id),
    state TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'gone', 'moved')),
    state_since TEXT NOT NULL,
    version_id INTEGER REFERENCES version(id),  -- the current one
    story_id INTEGER REFERENCES story(id)
) STRICT;
CREATE INDEX article_site ON article (site_id);
CREATE INDEX article_story ON article (story_id);

-- DERIVED: the pages that show an article; their keys are its aliases.
CREATE TABLE article_page (
    page_id INTEGER PRIMARY KEY REFERENCES page(id),
    article_id INTEGER NOT NULL REFERENCES article(id),
    key TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX article_page_article ON article_page (article_id);

-- DERIVED: one state of an article's content.
CREATE TABLE version (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article(id),
    digest TEXT NOT NULL,             -- of the content fields, with a format byte
    text_digest TEXT NOT NULL,        -- of the folded title and body: equal texts are one story
    first_capture_id INTEGER NOT NULL REFERENCES capture(id),
    last_capture_id INTEGER NOT NULL REFERENCES capture(id),
    reader TEXT NOT NULL,
    title TEXT NOT NULL,
    section TEXT NOT NULL,            -- JSON, list, outermost first
    lead TEXT,
    published TEXT,                   -- as printed: with offset, or a day alone
    published_utc TEXT,               -- to sort by
    published_precision TEXT CHECK (published_precision IN ('second', 'minute', 'day')),
    updated TEXT,
    byline TEXT,
    source TEXT,
    body TEXT NOT NULL,               -- JSON, list of [kind, text]
    attachments TEXT NOT NULL,        -- JSON, list of {title, url}
    tags TEXT NOT NULL,               -- JSON
    images TEXT NOT NULL,             -- JSON, URLs
    language TEXT,
    canonical TEXT,
    evidence TEXT NOT NULL,           -- JSON, field -> rule
    UNIQUE (article_id, first_capture_id)
) STRICT;
CREATE INDEX version_text ON version (text_digest);
CREATE INDEX version_published ON version (published_utc);
-- an address that an article names as its main one, when that is captured
CREATE INDEX version_canonical ON version (canonical) WHERE canonical IS NOT NULL;

-- DERIVED: the authors of a version.
CREATE TABLE byline (
    version_id INTEGER NOT NULL REFERENCES version(id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    affiliation TEXT,
    role TEXT,
    PRIMARY KEY (version_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX byline_name ON byline (name);

-- DERIVED: the captions of a version.
CREATE TABLE caption (
    version_id INTEGER NOT NULL REFERENCES version(id),
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    credit TEXT,
    image TEXT,                       -- URL
    PRIMARY KEY (version_id, position)
) STRICT, WITHOUT ROWID;

-- DERIVED: where an article points, with the first and last capture that show it.
CREATE TABLE link (
    article_id INTEGER NOT NULL REFERENCES article(id),
    kind TEXT NOT NULL CHECK (kind IN ('related', 'newer', 'older', 'text', 'part', 'attachment')),
    target TEXT NOT NULL,             -- canonical URL
    title TEXT NOT NULL,
    published TEXT,
    position INTEGER NOT NULL,        -- in the capture that showed it last
    first_capture_id INTEGER NOT NULL REFERENCES capture(id),
    last_capture_id INTEGER NOT NULL REFERENCES capture(id),
    PRIMARY KEY (article_id, kind, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_target ON link (target);

-- DERIVED, but for its numbers, which only grow, in commit order: this file's journal.
CREATE TABLE event (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN
        ('new', 'changed', 'reread', 'gone', 'back', 'moved', 'story', 'withdrawn', 'site')),
    site_id INTEGER REFERENCES site(id),
    article_id INTEGER REFERENCES article(id),
    version_id INTEGER REFERENCES version(id),
    capture_id INTEGER REFERENCES capture(id),
    data TEXT NOT NULL DEFAULT '{}'   -- JSON
) STRICT;
CREATE INDEX event_article ON event (article_id);
