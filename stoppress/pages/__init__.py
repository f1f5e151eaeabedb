"""What readers see: front, story, post, and how to follow."""
