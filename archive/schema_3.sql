-- Schedules. Frozen: a later change is a migration of its own.

-- KEPT: when a site is crawled by itself, and how its last run went. A run writes `started` before
-- it begins, and `done` only when it has ended: what a kill cuts off stays due, and is run once more.
CREATE TABLE schedule (
    site_id INTEGER PRIMARY KEY REFERENCES site(id),
    cron TEXT NOT NULL,               -- five fields, in the time of Asia/Ho_Chi_Minh
    set_at TEXT NOT NULL,             -- occurrences up to this are no missed runs
    done TEXT,                        -- the last occurrence that a run has ended for
    started TEXT,                     -- of the last run
    ended TEXT,                       -- NULL while it runs, or after a kill
    outcome TEXT,                     -- as in `crawl`; `held`: another crawl had the hosts
    problem TEXT                      -- of the last run, in words
) STRICT;
