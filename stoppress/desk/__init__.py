"""Where those who work here write: post, amend, correct, retract, from any browser."""
