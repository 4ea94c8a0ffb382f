"""Stored captures read again by today's reader, compared with the archive, and put in its place."""
