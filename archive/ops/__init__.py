"""Care of the archive: is it whole, a copy of it, the copy back in its place, what it holds."""
