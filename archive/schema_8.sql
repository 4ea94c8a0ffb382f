-- Bodies and their sites. Frozen: a later change is a migration of its own.
-- The columns are of `site`, which is KEPT; each crawl brings them up to date from the profile.

ALTER TABLE site ADD COLUMN committee_then TEXT;   -- its name before 1 July 2025
ALTER TABLE site ADD COLUMN committee_now TEXT;    -- of what it became, or was put under
ALTER TABLE site ADD COLUMN dissolved TEXT;        -- a day or a year; the committee ended then
ALTER TABLE site ADD COLUMN merged TEXT;           -- the same; it went on in another one
ALTER TABLE site ADD COLUMN successor TEXT;        -- slug of the site that goes on with this one
ALTER TABLE site ADD COLUMN predecessors TEXT NOT NULL DEFAULT '[]';  -- JSON, slugs
-- since when every crawl says that the site stands better than `state`; NULL: the last did not
ALTER TABLE site ADD COLUMN better_since TEXT;
