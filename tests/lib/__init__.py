"""The small tools."""
