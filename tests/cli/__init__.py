"""The command line: each command as an operator types it."""
