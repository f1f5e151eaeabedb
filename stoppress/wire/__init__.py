"""The log of all that happened; everything that is delivered follows it."""
