"""What is published: stories and posts, the door in and the door out."""
