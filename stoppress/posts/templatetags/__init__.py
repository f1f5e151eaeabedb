"""Template tags for drawing a post."""
