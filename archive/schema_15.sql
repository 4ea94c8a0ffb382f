-- Which words an article has and which stand side by side, without their places: where a phrase of
-- frequent words is looked up, for which the table with places reads all places of theirs. Frozen: a
-- later change is a migration of its own.

-- DERIVED: one row for each of `search_row`; its tokens are those of archive/index_tokens.py.
CREATE VIRTUAL TABLE search_pair USING fts5 (
    tokens,
    content = '', detail = none, tokenize = "ascii tokenchars '_'"
);

-- Articles come one by one; what is merged less often is written less often.
INSERT INTO search_pair (search_pair, rank) VALUES ('automerge', 16);

-- What is in the other tables is not in this one, from which it could not be deleted: the index is
-- emptied, and built anew by `luutru reindex`.
UPDATE index_state SET complete = 0 WHERE EXISTS (SELECT 1 FROM search_row);
INSERT INTO search_text (search_text) VALUES ('delete-all');
INSERT INTO past_text (past_text) VALUES ('delete-all');
DELETE FROM search_row;
DELETE FROM past_row;
DELETE FROM search_document;
DELETE FROM search_list;
