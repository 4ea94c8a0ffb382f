"""What searching costs at scale, on articles made by rules, beside the bare peers."""
