"""Saved pages come in: reading, taking apart, importing."""
