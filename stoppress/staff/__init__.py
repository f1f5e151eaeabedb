"""Who works here: users, their roles, and how they sign in."""
