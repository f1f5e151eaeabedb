"""The hub held against the Mercure protocol, MUST by MUST, and read by other people's clients."""
