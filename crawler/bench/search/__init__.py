"""How fast, how large and how right the search is, on archives of made articles of any size.

- corpus.py: articles by the frequencies of the language and of the field
- writing.py: an archive of them, written in bulk and indexed
- queries.py: queries of each kind, and titles to be found again
- asking.py: one process that only searches; its times and memory
- peers.py: plain FTS5 with bm25, and Tantivy, over the same articles
- figures.py: the table
"""
