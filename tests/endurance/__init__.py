"""Endurance: the whole product killed, locked, flooded and restarted, with nothing lost.

What is promised is what an outsider can check: each acknowledged post is on the wire
once, each reader has each entry once and in order, each follower has each alert. The
product is real and so is the signal; only the push services are made up.
"""
