"""What was captured, for good: captures, versions, events, the index, and ways to read them."""
