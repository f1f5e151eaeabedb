"""The live room: readers on real sockets, a real server, the wire on paper or for real."""
