"""The demo company: the same seed and day always make the same people, rounds and stays."""
