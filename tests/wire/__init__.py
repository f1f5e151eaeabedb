"""The wire, its tails and its waking."""
