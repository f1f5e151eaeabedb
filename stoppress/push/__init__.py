"""A tail: those who asked to be told with the page closed (RFC 8030, 8291, 8292)."""
