"""Live updates through what stands before a newsroom: nginx and Caddy, as in the docs."""
