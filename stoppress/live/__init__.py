"""The live room: every open page has an entry as soon as it is on the wire."""
