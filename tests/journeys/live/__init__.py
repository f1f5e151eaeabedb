"""Pages that stay open: many tabs, bad lines, long nights."""
