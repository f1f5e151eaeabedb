"""What is said agrees with what is there: docs, commands, settings, sizes, pages."""
