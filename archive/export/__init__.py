"""Articles out of the archive: `rows` gives them one by one, a file a format writes them.

filters, query -> records in the order of keys -> jsonl | csv -> a file, whole or not at all
"""
