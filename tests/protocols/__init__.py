"""Each standard the house speaks, held to its own examples."""
