"""Machines ask here, by HTTP and with a token each, what editors see at the desk."""
