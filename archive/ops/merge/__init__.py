"""Another archive's kept rows into this one: known by what they say, never by row numbers.

What comes out is the same in whatever order archives are merged, and however often:

- source.py: the file that is merged, in one state; which of its crawls are sealed
- whole.py: is all of it that would come whole? Nothing is taken from a damaged file
- joins.py, pages.py: sites and pages, joined with those that are known
- crawls.py, captures.py: crawls and captures, each once; seals.py: the seals over them
- listings.py: what listings said of themselves
- people.py: schedules, notes, collections, synonyms, watches
- withdrawn.py, withdrawing.py: withdrawals of either archive, done in both;
  blanks.py, blank_joins.py: the articles that come without text
- run.py: these steps in their order
"""
