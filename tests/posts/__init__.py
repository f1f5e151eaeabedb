"""What is published: the door in and the door out."""
