"""How well pages are read: a corpus with its truth, our readings and our peers', the scores.

corpus -> Case -> prediction (ours, timed beside the bare parse; or a peer's) -> marks -> scores

A corpus is a folder with `truth.jsonl`, one object a page: `id`, `file` (the page, may be gzipped),
`url`, and of the fields of an article's JSON those whose truth is known; `must` and `must_not` are
snippets that the body must and must not hold.
"""
