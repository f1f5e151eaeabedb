"""The bench's own truth: its figures, its words, its crowd. Never a time."""
