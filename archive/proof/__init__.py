"""Proof for others: what a citation says, and the bundle that shows it to be so, offline.

- citation.py: the reference to one capture of an article, in words
- bundle.py: the capture, its payload, its place under a seal, and the seals after that
- check_bundle.py: what checks a bundle; it stands alone, and `luutru cite --script` hands it out
"""
