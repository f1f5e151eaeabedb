"""The tests: one folder a room, then journeys, endurance and truth."""
