"""Small tools that every room may use: settings, clock, transactions, HTML."""
